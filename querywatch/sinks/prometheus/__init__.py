"""Metrics for Prometheus: a sink that counts, and the page that is scraped."""

from querywatch.sinks.prometheus.app import metrics_app
from querywatch.sinks.prometheus.sink import PrometheusSink

__all__ = ["PrometheusSink", "metrics_app"]
