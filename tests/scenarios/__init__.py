"""The catalogue: loops that must be found, and patterns that must stay silent."""
