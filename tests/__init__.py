"""Tests of querywatch."""
