"""Tests with our own code broken on purpose: the application must not notice."""
