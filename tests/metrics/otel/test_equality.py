"""Translated by OpenTelemetry's own exporter, the metrics are those of the sink for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Metric

from querywatch.model import Finding, Report
from querywatch.sinks.opentelemetry import OpenTelemetrySink
from querywatch.sinks.prometheus import PrometheusSink
from tests.metrics.shared.reports import loop, query, report
from tests.metrics.shared.translated import translated

REPORTS: tuple[Report, ...] = (
    loop(4),
    report(queries=[query(rows=3), query(error="sqlite3.OperationalError")]),
    report("/<odd>\n\\", [query("UPDATE items SET sku = ?")], method="BREW"),
    report("/café", findings=[Finding("XX1", "somebody's own", "odd")]),
    report("/orders", method="POST"),
    loop(3, statement="SELECT orders.id FROM customers"),
    report("/beyond the limit", [query(dialect="mssql")]),
)
OPTIONS = {"fingerprints": True, "returned_rows": True, "max_routes": 4}
OWN = ("querywatch_overhead", "querywatch_build_info")

Series = tuple[str, frozenset[tuple[str, str]]]


def test_both_sinks_tell_the_same() -> None:
    """Name for name, label for label, bucket for bucket, number for number."""
    registry = CollectorRegistry()
    prometheus = PrometheusSink(registry=registry, **OPTIONS)  # type: ignore[arg-type]
    with translated() as (provider, theirs):
        opentelemetry = OpenTelemetrySink(meter_provider=provider, **OPTIONS)  # type: ignore[arg-type]
        for sink in (prometheus, opentelemetry):
            for one in REPORTS:
                sink(one)

        found = [family for family in theirs.collect() if family.name != "target"]
        assert described(found) == described(registry.collect())
        assert series(found) == series(registry.collect())


def series(families: Iterable[Metric]) -> dict[Series, float]:
    """Read all samples, without what only one of the exporters knows of."""
    return {
        (sample.name, frozenset(_labels(sample.labels).items())): round(sample.value, 9)
        for family in families
        if not family.name.startswith(OWN)
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def described(families: Iterable[Metric]) -> set[tuple[str, str, str]]:
    """Read the name, the kind and the help of each metric."""
    return {
        (family.name, family.type, family.documentation)
        for family in families
        if family.name != "querywatch_build_info"
    }


def _labels(labels: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in labels.items() if not name.startswith("otel_scope_")}
