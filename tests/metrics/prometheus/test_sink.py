"""What the sink counts, report by report."""

from __future__ import annotations

import platform
from typing import Any

import pytest
import sqlalchemy
from prometheus_client import REGISTRY, CollectorRegistry
from sqlalchemy import Engine, text

from querywatch import ConfigurationError, Finding, QueryWatch, __version__
from querywatch.model import Recording, Report
from querywatch.sinks._metrics import table
from querywatch.sinks._metrics.figures import FINDING_TYPES, fingerprint_id
from querywatch.sinks.prometheus import PrometheusSink
from tests.metrics.prometheus.reading import samples
from tests.metrics.shared.reports import SELECT, loop, query, report
from tests.middleware.shop import cure, shop, sin

ORDERS = ("GET", "/orders")


def test_a_request_is_one_observation_of_its_queries_and_their_time(
    registry: CollectorRegistry,
) -> None:
    """The bucket is the one the value belongs to, and its bound belongs to it."""
    PrometheusSink(registry=registry)(report(queries=[query()] * 5))

    found = samples(registry)
    assert found["querywatch_request_queries_count", *ORDERS] == 1
    assert found["querywatch_request_queries_sum", *ORDERS] == 5
    assert found["querywatch_request_queries_bucket", *ORDERS, "2.0"] == 0
    assert found["querywatch_request_queries_bucket", *ORDERS, "5.0"] == 1
    assert found["querywatch_request_db_duration_seconds_sum", *ORDERS] == pytest.approx(0.01)
    assert found["querywatch_request_db_duration_seconds_bucket", *ORDERS, "0.005"] == 0
    assert found["querywatch_request_db_duration_seconds_bucket", *ORDERS, "0.05"] == 1


def test_a_finding_is_counted_with_what_its_fix_saves(registry: CollectorRegistry) -> None:
    """Four loads of two milliseconds, of which one would do."""
    PrometheusSink(registry=registry)(loop(4))

    found = samples(registry)
    assert found["querywatch_findings_total", *ORDERS, "n_plus_one"] == 1
    assert found["querywatch_redundant_queries_total", *ORDERS] == 3
    saved = found["querywatch_redundant_db_time_seconds_total", *ORDERS]
    assert saved == pytest.approx(0.006)


def test_a_route_without_findings_has_all_its_counters_at_0(registry: CollectorRegistry) -> None:
    """`rate()` sees the first finding only where a 0 was scraped before it."""
    PrometheusSink(registry=registry)(report())

    found = samples(registry)
    counters = [found["querywatch_findings_total", *ORDERS, type_] for type_ in FINDING_TYPES]
    assert counters == [0] * 8
    assert found["querywatch_redundant_queries_total", *ORDERS] == 0
    assert found["querywatch_redundant_db_time_seconds_total", *ORDERS] == 0


def test_a_loop_in_an_application_is_counted_and_its_cure_is_not(
    registry: CollectorRegistry,
) -> None:
    """Through capture, resolver and detectors, down to the numbers."""
    watch = QueryWatch(sinks=[PrometheusSink(registry=registry)])
    engine = shop(orders=5)
    with watch.record("sin"):
        sin(engine)
    with watch.record("cure"):
        cure(engine)

    found = samples(registry)
    assert found["querywatch_request_queries_sum", "", "sin"] == 6
    assert found["querywatch_request_queries_sum", "", "cure"] == 2
    assert found["querywatch_findings_total", "", "sin", "n_plus_one"] == 1
    assert found["querywatch_findings_total", "", "cure", "n_plus_one"] == 0
    assert found["querywatch_redundant_queries_total", "", "sin"] == 4
    assert found["querywatch_query_duration_seconds_count", "SELECT", "sqlite", ""] == 8


def test_statements_are_counted_by_what_they_do_and_how_they_fail(
    registry: CollectorRegistry, engine: Engine
) -> None:
    """The error is the driver's own class, on every database."""
    watch = QueryWatch(sinks=[PrometheusSink(registry=registry)])
    with watch.record(), engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(sqlalchemy.exc.DBAPIError) as caught:
            connection.execute(text("SELECT nothing FROM nowhere"))

    cause = type(caught.value.orig)
    error = f"{cause.__module__}.{cause.__qualname__}"
    counts = {
        (labels[0], labels[-1]): value
        for (name, *labels), value in samples(registry).items()
        if name == "querywatch_query_duration_seconds_count"
    }
    assert counts == {("SELECT", ""): 1, ("SELECT", error): 1}


def test_a_recording_that_is_no_request_is_counted_under_its_label(
    registry: CollectorRegistry,
) -> None:
    """It has no method."""
    PrometheusSink(registry=registry)(Report(Recording("nightly import", (query(),))))

    assert samples(registry)["querywatch_request_queries_sum", "", "nightly import"] == 1


def test_the_finding_of_a_foreign_detector_is_counted_as_other(
    registry: CollectorRegistry,
) -> None:
    """A code that is not of the rule book makes no series of its own."""
    PrometheusSink(registry=registry)(report(findings=[Finding("SHOP1", "orders", "too many")]))

    assert samples(registry)["querywatch_findings_total", *ORDERS, "_OTHER"] == 1


def test_the_cost_of_querywatch_is_a_metric(registry: CollectorRegistry) -> None:
    """What resolving and judging took, and the counting on top."""
    PrometheusSink(registry=registry)(report(overhead=2.0))

    assert 2.0 < samples(registry)["querywatch_overhead_seconds_total",] < 3.0


def test_the_versions_that_run_are_told(registry: CollectorRegistry) -> None:
    """They are there before the first request."""
    PrometheusSink(registry=registry)

    versions = (platform.python_version(), sqlalchemy.__version__, __version__)
    assert samples(registry)["querywatch_build_info", *versions] == 1


def test_fingerprints_are_counted_only_when_asked_for(registry: CollectorRegistry) -> None:
    """By digits that stand for the statement: SQL is no label."""
    silent = CollectorRegistry()
    PrometheusSink(registry=silent)(loop(4))
    PrometheusSink(registry=registry, fingerprints=True)(loop(4))

    name = "querywatch_fingerprint_queries_total"
    assert samples(registry)[name, "/orders", fingerprint_id(SELECT)] == 4
    assert not [key for key in samples(silent) if key[0] == name]
    assert not [key for key in samples(registry) if "items" in "".join(key)]


def test_a_statement_that_nobody_objects_to_has_no_fingerprint(
    registry: CollectorRegistry,
) -> None:
    """There is room for 100, and it is for those one has to look at."""
    PrometheusSink(registry=registry, fingerprints=True)(report(queries=[query()] * 9))

    names = {key[0] for key in samples(registry)}
    assert "querywatch_fingerprint_queries_total" not in names


def test_returned_rows_are_counted_only_when_asked_for(registry: CollectorRegistry) -> None:
    """Those of a select, where the driver tells; a write tells how many it changed."""
    queries = [
        query(rows=7),
        query(rows=None),
        query("UPDATE items SET sku = ?", rows=900),
    ]
    silent = CollectorRegistry()
    PrometheusSink(registry=silent)(report(queries=queries))
    PrometheusSink(registry=registry, returned_rows=True)(report(queries=queries))

    found = samples(registry)
    assert found["querywatch_query_returned_rows_count", "SELECT"] == 1
    assert found["querywatch_query_returned_rows_sum", "SELECT"] == 7
    assert not [key for key in samples(silent) if "rows" in key[0]]


def test_every_metric_of_the_table_is_there_before_the_first_request(
    registry: CollectorRegistry,
) -> None:
    """Under its name, and with its type, unit and help."""
    sink = PrometheusSink(registry=registry, fingerprints=True, returned_rows=True, pools=True)
    sink.close()

    here = {
        (family.name, family.type, family.documentation, family.unit)
        for family in registry.collect()
        if family.name != "querywatch_build_info"
    }
    assert here == {
        (
            metric.name.removesuffix("_total"),
            metric.kind,
            metric.help,
            "seconds" if metric.unit == "s" else "",
        )
        for metric in table.METRICS
    }


def test_pools_are_watched_only_when_asked_for_and_until_the_sink_is_closed(
    registry: CollectorRegistry,
) -> None:
    """Under the name that the mapping gives; another engine keeps its own."""
    engine, silent = shop(), CollectorRegistry()
    PrometheusSink(registry=silent)
    sink = PrometheusSink(registry=registry, pools={"primary": engine})
    with engine.connect():
        during = samples(registry)
    sink.close()
    after = samples(registry)

    assert during["querywatch_pool_connections", "primary", "used"] == 1
    assert ("querywatch_pool_connections", "primary", "used") not in after
    assert not [key for key in samples(silent) if "pool" in key[0]]


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("registry", "default", "registry must be a CollectorRegistry, not 'default'"),
        ("max_routes", 0, "max_routes must be a whole number above 0, not 0"),
        ("fingerprints", "yes", "fingerprints must be true or false, not 'yes'"),
        ("returned_rows", 1, "returned_rows must be true or false, not 1"),
        ("exemplar", True, "exemplar must be a callable or None, not True"),
        ("pools", "all", "pools must be true or false, or name engines, not 'all'"),
    ],
)
def test_a_wrong_option_is_refused_in_words(option: str, value: Any, words: str) -> None:
    """Before anything is registered."""
    options: dict[str, Any] = {"registry": CollectorRegistry(), option: value}
    with pytest.raises(ConfigurationError, match=words):
        PrometheusSink(**options)

    if option != "registry":
        assert list(options["registry"].collect()) == []


def test_without_a_registry_it_is_the_client_s_own() -> None:
    """The one that `make_asgi_app()` and `start_http_server()` expose."""
    sink = PrometheusSink()
    sink(report("/of-the-default-registry"))

    assert sink.registry is REGISTRY
    assert samples(REGISTRY)["querywatch_request_queries_count", "GET", "/of-the-default-registry"]
