"""Tests of the pools' metrics, by both exporters."""
