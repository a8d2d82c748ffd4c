"""The instruments of one meter: one for each row of the table of metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from opentelemetry import metrics

from querywatch.model.version import version
from querywatch.sinks.opentelemetry import _semconv as semconv

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentelemetry.metrics import Meter, MeterProvider

    from querywatch.sinks._metrics.table import Metric

Instruments: TypeAlias = "Mapping[Metric, Any]"
"""Each metric and the Counter, UpDownCounter or Histogram that the meter has for it."""


def meter_of(provider: MeterProvider | None) -> Meter:
    """Return querywatch's meter of *provider*; of the global one, set now or later, for None."""
    return metrics.get_meter("querywatch", version(), provider, semconv.SCHEMA_URL)


def instruments(meter: Meter, wanted: Iterable[Metric]) -> Instruments:
    """Make the instruments *wanted*; the SDK makes each once, however often it is asked."""
    return {metric: _make(meter, metric) for metric in wanted}


def _make(meter: Meter, metric: Metric) -> Any:
    if metric.kind == "histogram":
        return meter.create_histogram(
            metric.otel_name,
            metric.unit,
            metric.help,
            # Floats, for whole numbers would be shown as le="1" and not as le="1.0".
            explicit_bucket_boundaries_advisory=metric.buckets,
        )
    if metric.kind == "gauge":
        return meter.create_up_down_counter(metric.otel_name, metric.unit, metric.help)
    return meter.create_counter(metric.otel_name, metric.unit, metric.help)
