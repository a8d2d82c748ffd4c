"""The versions, oldest first by number."""
