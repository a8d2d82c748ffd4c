"""Tests of the yardsticks: what they compute, and that each runs with tiny numbers."""
