"""The page about metrics lists what there is."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import QueuePool, create_engine

from querywatch import Query, Recording, Report
from querywatch.model import Request
from querywatch.sinks._metrics import labels, table
from querywatch.sinks._metrics.figures import FINDING_TYPES
from querywatch.sinks.opentelemetry import _semconv as semconv
from querywatch.sinks.prometheus import PrometheusSink
from tests.docs.pages import page, quoted, rows

PAGE = page("metrics.md")
OPENTELEMETRY = page("opentelemetry.md")


def test_every_metric_is_in_a_table_and_every_row_is_a_metric() -> None:
    """By both names, with its kind, its unit and its labels."""
    told = {
        (*quoted(name), *quoted(otel), kind, tuple(quoted(labels)))
        for name, otel, kind, labels in rows(PAGE, "Prometheus")
    }

    assert told == {
        (metric.name, metric.otel_name, f"{metric.kind}, `{metric.unit}`", metric.labels)
        for metric in table.METRICS
    }


def test_every_metric_is_explained() -> None:
    """In a sentence of its own below its table."""
    told = {name for line in PAGE.splitlines() if line.startswith("- **") for name in quoted(line)}

    assert {metric.name for metric in table.METRICS} <= told


def test_every_label_is_explained() -> None:
    """And none that does not exist."""
    told = {name for cell, _ in rows(PAGE, "label") for name in quoted(cell)}

    assert told == {label for metric in table.METRICS for label in metric.labels}


def test_the_kinds_of_finding_are_all_there() -> None:
    """In the order of the rule book."""
    (kinds,) = [cell for label, cell in rows(PAGE, "label") if "finding_type" in label]

    assert tuple(quoted(kinds)) == FINDING_TYPES


def test_the_buckets_are_those_of_the_histograms() -> None:
    """As numbers."""
    told = [
        tuple(float(bound) for bound in bounds.split(","))
        for _, bounds in rows(PAGE, "histograms of")
    ]

    assert told == [table.QUERIES, table.SECONDS, table.ROWS]


def test_the_numbers_of_series_are_counted() -> None:
    """For one route, one kind of statement and one engine."""
    registry = CollectorRegistry()
    engine = create_engine("sqlite://", poolclass=QueuePool)
    sink = PrometheusSink(registry=registry, pools={"primary": engine})
    queries = (Query(0, "SELECT ?", dialect="sqlite"),)
    sink(Report(Recording("GET /", queries, request=Request("GET", "/"))))
    with engine.connect():
        pass
    series = [
        (sample.name, frozenset(sample.labels))
        for family in registry.collect()
        for sample in family.samples
    ]
    sink.close()

    counted = {
        what: [name for name, labels in series if label in labels]
        for what, label in (
            ("method and route", "http_route"),
            ("database system, operation and exception", "db_system_name"),
            ("engine", "db_client_connection_pool_name"),
        )
    }
    told = {what: int(number) for what, number in rows(PAGE, "for each")}
    created = [name for name in counted["method and route"] if name.endswith("_created")]

    assert told == {what: len(without_created(names)) for what, names in counted.items()}
    assert f"{len(created)} more for each method and route" in PAGE
    assert f"{told['method and route'] * 100:,} series" in PAGE
    assert f"{told['method and route'] * labels.MAX_ROUTES:,}" in PAGE


def without_created(names: list[str]) -> list[str]:
    """Leave out what the text format adds to say when a series began."""
    return [name for name in names if not name.endswith("_created")]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("first {} pairs of a method and a route", labels.MAX_ROUTES),
        ("{} exception classes", labels.MAX_ERROR_TYPES),
        ("{} pairs of a route and a fingerprint", labels.MAX_FINGERPRINTS),
    ],
)
def test_the_limits_are_the_limits(text: str, limit: int) -> None:
    """Each as a number."""
    assert text.format(limit) in PAGE


def test_the_attributes_of_spans_and_findings_exist() -> None:
    """Every name in the tables of the page about OpenTelemetry is one that is sent."""
    known = {value for name, value in vars(semconv).items() if name.isupper()}
    told = {name for cell, _ in rows(OPENTELEMETRY, "attribute") for name in quoted(cell)}

    assert told <= known
    assert {name for name in known if name.startswith("querywatch.finding.")} <= told
    assert {name for name in known if name.startswith("querywatch.request.")} <= told
