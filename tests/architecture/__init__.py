"""Tests of the house itself: who may import whom, and what a file may hold."""
