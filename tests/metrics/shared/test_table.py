"""The table of metrics: names that both exporters agree on, and bounds that they print alike."""

from __future__ import annotations

import subprocess
import sys

import pytest

from querywatch.sinks._metrics import table
from querywatch.sinks._metrics.table import METRICS, Metric

EVERY = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)


def _translated(metric: Metric) -> str:
    """Translate as OpenTelemetry's Prometheus exporter does: dots, unit, `_total`."""
    name = metric.otel_name.replace(".", "_")
    if metric.unit == "s":
        name += "_seconds"
    return name + "_total" if metric.kind == "counter" else name


@EVERY
def test_the_two_names_of_a_metric_are_translations_of_each_other(metric: Metric) -> None:
    """One dashboard serves whoever exports through OpenTelemetry, too."""
    assert metric.name == _translated(metric)
    assert metric.name.startswith("querywatch_")


@EVERY
def test_only_histograms_have_buckets_and_they_are_floats_in_order(metric: Metric) -> None:
    """One exporter would print a whole number as `1`, the other one as `1.0`."""
    assert bool(metric.buckets) == (metric.kind == "histogram")
    assert all(type(bound) is float for bound in metric.buckets)
    assert list(metric.buckets) == sorted(set(metric.buckets))


@EVERY
def test_the_help_is_a_sentence_without_a_line_break(metric: Metric) -> None:
    """It stands in one line of the exposition."""
    assert metric.help.endswith(".")
    assert "\n" not in metric.help


def test_no_two_rows_share_a_name() -> None:
    """Neither in Prometheus nor in OpenTelemetry."""
    assert len({metric.name for metric in METRICS}) == len(METRICS)
    assert len({metric.otel_name for metric in METRICS}) == len(METRICS)


def test_labels_are_the_attributes_with_underscores() -> None:
    """Both exporters write them that way."""
    assert table.FINDINGS.labels == (
        "http_request_method",
        "http_route",
        "querywatch_finding_type",
    )


def test_no_label_holds_sql_or_a_path_or_a_file() -> None:
    """The names of labels are a closed list, and none of them could grow without a limit."""
    assert {label for metric in METRICS for label in metric.labels} == {
        "db_client_connection_pool_name",
        "db_client_connection_state",
        "db_operation_name",
        "db_system_name",
        "error_type",
        "http_request_method",
        "http_route",
        "querywatch_finding_type",
        "querywatch_label_name",
        "querywatch_query_fingerprint",
    }


def test_what_the_exporters_share_needs_neither_an_exporter_nor_sqlalchemy() -> None:
    """It is loaded by whoever wants one of the exporters, which may be the only one installed."""
    program = (
        "import sys, querywatch.sinks._metrics.table, querywatch.sinks._metrics.labels,"
        " querywatch.sinks._metrics.figures\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert not {b"sqlalchemy", b"prometheus_client", b"opentelemetry"} & {*loaded.stdout.split()}
    assert b"querywatch" in loaded.stdout.split()
