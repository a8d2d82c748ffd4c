"""However many paths, statements and routes there are: the data points stay under their bound."""

from __future__ import annotations

from querywatch.sinks._metrics.figures import FINDING_TYPES
from tests.metrics.otel.world import World
from tests.metrics.shared.crowds import (
    ask,
    ask_for_every_route,
    ask_for_nonsense,
    run_statements,
    watched,
)
from tests.metrics.shared.reports import loop, query, report
from tests.middleware.shop import shop

PER_ROUTE = len(FINDING_TYPES) + 4
"""Data points of one method and route: two histograms, two counters, one for each kind."""
PER_STATEMENT = 1
"""That of one system, operation and error."""
ALWAYS = 3
"""The overflow counters of routes and errors, and the overhead."""

QUERIES, OVERFLOW = "querywatch.request.queries", "querywatch.label_overflow"
DURATION = "querywatch.query.duration"


def test_ten_thousand_random_paths_are_one_route(world: World) -> None:
    """Nobody makes series by asking for what does not exist."""
    ask_for_nonsense(watched(world.sink(), 0), 10_000)

    points = world.points()
    assert points[QUERIES, "GET", "<unmatched>"] == 10_000
    assert len(points) == PER_ROUTE + ALWAYS


def test_three_hundred_routes_have_their_own_series(world: World) -> None:
    """One set each; of the findings the SDK itself keeps no more than 2,000, unless told to."""
    ask_for_every_route(watched(world.sink(), 300, shop()), 300)

    assert list(world.points(QUERIES).values()) == [2] * 300
    assert world.points(OVERFLOW)[OVERFLOW, "http.route"] == 0
    assert len(world.points()) <= 300 * PER_ROUTE + PER_STATEMENT + ALWAYS


def test_methods_that_a_route_does_not_have_meet_the_same_limit(world: World) -> None:
    """A client that tries each of them on each route."""
    methods = ["CONNECT", "DELETE", "PATCH", "POST", "PUT", "QUERY", "TRACE", "BREW", "MAKE"]
    app = watched(world.sink(), 100)
    ask(app, ((method, f"/shop/{n}/1") for method in methods for n in range(100)))

    points = world.points(QUERIES, OVERFLOW)
    # Seven that are known, and one name for all others.
    assert points[QUERIES, "_OTHER", "<other>"] == 200
    assert points[OVERFLOW, "http.route"] == 800 + 100 - 500
    assert len(world.points()) <= (500 + 8) * PER_ROUTE + ALWAYS


def test_five_thousand_statements_make_no_series(world: World) -> None:
    """Statements are counted by what they do, and not by what they say."""
    run_statements(world.sink(), range(5_000))

    points = world.points()
    assert points[DURATION, "SELECT", "sqlite", ""] == 5_000
    assert len(points) == PER_ROUTE + PER_STATEMENT + ALWAYS


def test_five_thousand_offending_statements_have_a_hundred_fingerprints(world: World) -> None:
    """The others share one, and are counted as such."""
    sink = world.sink(fingerprints=True)
    for number in range(5_000):
        sink(loop(2, f"SELECT column_{number} FROM items WHERE order_id = ?"))

    name = "querywatch.fingerprint.queries"
    assert sorted(world.points(name).values()) == [2] * 100 + [9_800]
    assert world.points(OVERFLOW)[OVERFLOW, "querywatch.query.fingerprint"] == 4_900


def test_classes_of_exceptions_meet_a_limit(world: World) -> None:
    """A driver that makes a class for each error."""
    sink = world.sink()
    sink(report(queries=[query(error=f"driver.Error{number}") for number in range(1_000)]))

    points = world.points()
    assert points[DURATION, "SELECT", "sqlite", "<other>"] == 900
    assert points[OVERFLOW, "error.type"] == 900
    assert len(points) == PER_ROUTE + 101 * PER_STATEMENT + ALWAYS


def test_statements_of_the_conventions_metric_meet_a_limit(world: World) -> None:
    """A hundred summaries, and twenty databases."""
    sink = world.sink(semconv_metrics=True)
    sink(
        report(queries=[query(summary=f"SELECT table_{n}", engine=f"u/{n}") for n in range(1_000)])
    )

    points = world.points()
    assert points[OVERFLOW, "db.query.summary"] == 900
    assert points[OVERFLOW, "db.namespace"] == 980
    assert len(world.points("db.client.operation.duration")) <= 101
