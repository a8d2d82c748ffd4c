"""OpenTelemetry: a sink that tells reports as metrics, attributes, events and spans."""

from querywatch.sinks.opentelemetry.sink import OpenTelemetrySink

__all__ = ["OpenTelemetrySink"]
