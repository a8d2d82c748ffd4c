"""What the documents say is what the software does."""
