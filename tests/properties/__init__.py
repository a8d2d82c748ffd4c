"""Properties that hold for any program and any recording."""
