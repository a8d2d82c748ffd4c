"""However many paths, statements and routes there are: the series stay under their bound."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

import querywatch
from querywatch.sinks.prometheus import PrometheusSink
from tests.metrics.prometheus.reading import count_of_series, samples
from tests.metrics.shared.crowds import (
    ask,
    ask_for_every_route,
    ask_for_nonsense,
    run_statements,
    watched,
)
from tests.metrics.shared.reports import loop, query, report
from tests.middleware.shop import shop

PER_ROUTE = 46
"""Series of one method and route, `_created` among them, as the sink's docstring says."""
PER_STATEMENT = 13
"""Series of one system, operation and error."""
ALWAYS = 7
"""The overflow counters of routes and errors, the overhead, and the versions that run."""


def test_ten_thousand_random_paths_are_one_route(registry: CollectorRegistry) -> None:
    """Nobody makes series by asking for what does not exist."""
    ask_for_nonsense(watched(PrometheusSink(registry=registry), 0), 10_000)

    found = samples(registry)
    assert found["querywatch_request_queries_count", "GET", "<unmatched>"] == 10_000
    assert count_of_series(registry) == PER_ROUTE + ALWAYS


def test_three_hundred_routes_have_their_own_series(registry: CollectorRegistry) -> None:
    """One set each, however often and with whatever values they are asked for."""
    ask_for_every_route(watched(PrometheusSink(registry=registry), 300, shop()), 300)

    counts = [
        value
        for (name, *_), value in samples(registry).items()
        if name == "querywatch_request_queries_count"
    ]
    assert counts == [2.0] * 300
    assert samples(registry)["querywatch_label_overflow_total", "http.route"] == 0
    assert count_of_series(registry) == 300 * PER_ROUTE + PER_STATEMENT + ALWAYS


def test_methods_that_a_route_does_not_have_meet_the_same_limit(
    registry: CollectorRegistry,
) -> None:
    """A client that tries each of them on each route."""
    methods = ["CONNECT", "DELETE", "PATCH", "POST", "PUT", "QUERY", "TRACE", "BREW", "MAKE"]
    app = watched(PrometheusSink(registry=registry), 100)
    ask(app, ((method, f"/shop/{n}/1") for method in methods for n in range(100)))

    found = samples(registry)
    # Seven that are known, and one name for all others.
    assert found["querywatch_request_queries_count", "_OTHER", "<other>"] == 200
    assert found["querywatch_label_overflow_total", "http.route"] == 800 + 100 - 500
    assert count_of_series(registry) <= (500 + 8) * PER_ROUTE + ALWAYS


def test_five_thousand_statements_make_no_series(
    registry: CollectorRegistry,
) -> None:
    """Statements are counted by what they do, and not by what they say."""
    run_statements(PrometheusSink(registry=registry), range(5_000))

    found = samples(registry)
    assert found["querywatch_query_duration_seconds_count", "SELECT", "sqlite", ""] == 5_000
    assert count_of_series(registry) == PER_ROUTE + PER_STATEMENT + ALWAYS


def test_five_thousand_offending_statements_have_a_hundred_fingerprints(
    registry: CollectorRegistry,
) -> None:
    """The others share one, and none is lost from the sum."""
    sink = PrometheusSink(registry=registry, fingerprints=True)
    for number in range(5_000):
        sink(loop(2, f"SELECT column_{number} FROM items WHERE order_id = ?"))

    found = samples(registry)
    counts = [value for (name, *_), value in found.items() if "fingerprint_queries" in name]
    assert sorted(counts) == [2.0] * 100 + [9_800.0]
    assert found["querywatch_label_overflow_total", "querywatch.query.fingerprint"] == 4_900
    assert count_of_series(registry) <= PER_ROUTE + PER_STATEMENT + ALWAYS + 2 + 2 * 101


def test_labels_that_somebody_makes_up_meet_the_limit(registry: CollectorRegistry) -> None:
    """Jobs that put a number into their label; what came first stays."""
    sink = PrometheusSink(registry=registry, max_routes=10)
    for number in range(1_000):
        sink(report(f"/{number}"))
        sink(report("/0"))

    found = samples(registry)
    assert found["querywatch_request_queries_count", "GET", "/0"] == 1_001
    assert found["querywatch_request_queries_count", "GET", "/9"] == 1
    assert found["querywatch_request_queries_count", "GET", "<other>"] == 990
    assert found["querywatch_label_overflow_total", "http.route"] == 990
    assert count_of_series(registry) == 11 * PER_ROUTE + ALWAYS


def test_two_sinks_share_the_limit_of_their_registry(registry: CollectorRegistry) -> None:
    """A sink made anew lets no more in than the one before it."""
    for first in (0, 10):
        sink = PrometheusSink(registry=registry, max_routes=10)
        for number in range(first, first + 10):
            sink(report(f"/{number}"))

    found = samples(registry)
    assert found["querywatch_request_queries_count", "GET", "<other>"] == 10
    assert count_of_series(registry) == 11 * PER_ROUTE + ALWAYS


def test_classes_of_exceptions_meet_a_limit(registry: CollectorRegistry) -> None:
    """A driver that makes a class for each error."""
    sink = PrometheusSink(registry=registry)
    sink(report(queries=[query(error=f"driver.Error{number}") for number in range(1_000)]))

    found = samples(registry)
    assert found["querywatch_query_duration_seconds_count", "SELECT", "sqlite", "<other>"] == 900
    assert found["querywatch_label_overflow_total", "error.type"] == 900
    assert count_of_series(registry) == PER_ROUTE + 101 * PER_STATEMENT + ALWAYS


def test_a_label_that_is_no_unicode_does_not_break_the_scrape(
    registry: CollectorRegistry,
) -> None:
    """A file's name, for instance, of which a job made its label."""
    sink = PrometheusSink(registry=registry)
    with querywatch.record("import \udcff.csv", sinks=[sink]):
        pass

    assert b"import \\\\udcff.csv" in generate_latest(registry)
