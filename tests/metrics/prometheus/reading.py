"""What a registry or an exposition holds, as a plain dictionary."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain_text

Samples = dict[tuple[str, ...], float]
"""Each sample's name and the values of its labels, sorted by the labels' names, and its value."""


def samples(source: CollectorRegistry | str) -> Samples:
    """Read every sample of a registry, or of an exposition in the text format."""
    families: Iterable[Metric] = plain_text(source) if isinstance(source, str) else source.collect()
    return _samples(families)


def openmetrics_samples(exposition: str) -> Samples:
    """Read every sample of an exposition in OpenMetrics, with a parser that accepts no other."""
    return _samples(openmetrics(exposition))  # type: ignore[no-untyped-call]


def _samples(families: Iterable[Metric]) -> Samples:
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def count_of_series(registry: CollectorRegistry) -> int:
    """Count all series, those of `_created` among them."""
    return sum(len(family.samples) for family in registry.collect())
