"""Pages of the actions app, by audience."""
