"""Tests of resolve: that every call site is the application's own line."""
