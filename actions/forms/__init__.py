"""Forms of the actions app: shape only, no status moves."""
