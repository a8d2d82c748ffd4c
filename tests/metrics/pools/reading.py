"""What OpenTelemetry's SDK would export, as a plain dictionary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

Points = dict[tuple[str, ...], Any]
"""A metric's name and the values of its attributes, sorted by their names: the value of a sum, the
count of a histogram."""


@dataclass(frozen=True)
class Meters:
    """A provider of meters, and who reads them."""

    provider: MeterProvider
    reader: InMemoryMetricReader

    def points(self, beginning: str) -> Points:
        """Collect all whose name begins so."""
        data = self.reader.get_metrics_data()
        found: Points = {}
        for resource in data.resource_metrics if data else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    if metric.name.startswith(beginning):
                        found |= _points(metric)
        return found

    def units(self, beginning: str) -> dict[str, tuple[str, str]]:
        """Return the unit and the kind of each metric whose name begins so."""
        data = self.reader.get_metrics_data()
        return {
            metric.name: (metric.unit or "", type(metric.data).__name__)
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name.startswith(beginning)
        }


def _points(metric: Any) -> Points:
    return {
        (metric.name, *(str(value) for _, value in sorted(point.attributes.items()))): (
            point.count if hasattr(point, "bucket_counts") else point.value
        )
        for point in metric.data.data_points
    }
