"""Tests of capture: that every statement is seen, once, and nothing else changes."""
