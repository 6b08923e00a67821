"""The verbs of the actions app: one transaction each."""
