"""Tests of watch: that a statement belongs to its own recording."""
