"""Tests of the detectors, on recordings made by hand."""
