"""Read-only tables about plans, in a fixed number of queries."""
