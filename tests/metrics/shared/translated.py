"""What OpenTelemetry's own exporter shows to Prometheus, on a registry that is nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Any

import pytest
from opentelemetry.exporter import prometheus
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import CollectorRegistry


@contextmanager
def translated() -> Iterator[tuple[MeterProvider, CollectorRegistry]]:
    """Lend a provider of meters, and the registry of what becomes of them."""
    registry, options = CollectorRegistry(), dict[str, Any]()
    with pytest.MonkeyPatch.context() as patch:
        if "registry" in signature(prometheus.PrometheusMetricReader).parameters:
            options["registry"] = registry
        else:
            # Older ones know the client's own registry alone, and others count there too.
            patch.setattr(prometheus, "REGISTRY", registry)
        reader = prometheus.PrometheusMetricReader(**options)
        provider = MeterProvider([reader], shutdown_on_exit=False)
        try:
            yield provider, registry
        finally:
            provider.shutdown()
