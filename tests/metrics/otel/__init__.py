"""Tests of the sink for OpenTelemetry."""
