"""Tests of the metrics, whoever exports them."""
