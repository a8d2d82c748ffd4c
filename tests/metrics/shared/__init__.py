"""Tests of what the exporters of metrics share."""
