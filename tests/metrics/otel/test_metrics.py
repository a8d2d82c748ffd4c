"""What the sink counts: every row of the table, by its OpenTelemetry name."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from opentelemetry.metrics import NoOpMeter
from opentelemetry.metrics._internal import _ProxyMeterProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.view import View

import querywatch
from querywatch import Finding, Report
from querywatch.model import Recording
from querywatch.sinks._metrics import table
from querywatch.sinks._metrics.figures import FINDING_TYPES, fingerprint_id
from querywatch.sinks.opentelemetry import OpenTelemetrySink, _semconv
from tests.metrics.otel.world import World
from tests.metrics.shared.reports import SELECT, loop, query, report

QUERIES, FINDINGS = "querywatch.request.queries", "querywatch.findings"
OVERFLOW = "querywatch.label_overflow"


def of(world: World, name: str) -> Any:
    """Return the one data point of a metric."""
    (metric,) = [metric for metric in world.metrics() if metric.name == name]
    (point,) = metric.data.data_points
    return point


def test_a_report_is_counted_in_every_metric(world: World) -> None:
    """One request with an N+1 of four loads, of which a fix would save three."""
    sink = world.sink()
    sink(loop(4))

    redundant = "querywatch.redundant"
    assert of(world, QUERIES).sum == 5
    assert of(world, "querywatch.request.db.duration").sum == 0.01
    assert of(world, f"{redundant}.queries").value == 3
    assert of(world, f"{redundant}.db_time").value == 0.006
    assert of(world, "querywatch.query.duration").count == 5
    assert world.points(FINDINGS)[FINDINGS, "GET", "/orders", "n_plus_one"] == 1


def test_a_report_without_findings_counts_none(world: World) -> None:
    """The twin: the counters are there, and at 0."""
    world.sink()(report(queries=[query()]))

    assert world.points(FINDINGS) == {
        (FINDINGS, "GET", "/orders", kind): 0 for kind in FINDING_TYPES
    }
    assert of(world, "querywatch.redundant.queries").value == 0


def test_the_instruments_are_those_of_the_table(world: World) -> None:
    """Name, unit, description, kind and bounds, all of them."""
    sink = world.sink(fingerprints=True, returned_rows=True)
    sink(loop())
    sink(report(queries=[query(rows=3)]))

    found = {metric.name: metric for metric in world.metrics()}
    expected = [metric for metric in table.METRICS if metric not in table.POOL_METRICS]
    assert set(found) == {metric.otel_name for metric in expected}
    for metric in expected:
        made = found[metric.otel_name]
        assert (made.unit, made.description) == (metric.unit, metric.help)
        point = made.data.data_points[0]
        assert set(point.attributes) == set(metric.attributes)
        assert getattr(point, "explicit_bounds", ()) == metric.buckets
        if metric.kind == "counter":
            assert made.data.is_monotonic


def test_the_scope_says_who_tells(world: World) -> None:
    """Name, version and the schema that the names are of."""
    world.sink()(report())

    data = world.reader.get_metrics_data()
    assert data is not None
    (scoped,) = data.resource_metrics[0].scope_metrics
    assert (scoped.scope.name, scoped.scope.version) == ("querywatch", querywatch.__version__)
    assert scoped.schema_url == _semconv.SCHEMA_URL


def test_an_error_is_a_series_of_its_own(world: World) -> None:
    """By the class of the driver's exception; "" where there was none."""
    world.sink()(report(queries=[query(), query(error="sqlite3.OperationalError")]))

    name = "querywatch.query.duration"
    assert world.points(name) == {
        (name, "SELECT", "sqlite", ""): 1,
        (name, "SELECT", "sqlite", "sqlite3.OperationalError"): 1,
    }


def test_routes_beyond_the_limit_share_one(world: World) -> None:
    """10,000 of them make three series, and what was not told apart is counted."""
    sink = world.sink(max_routes=2)
    for number in range(10_000):
        sink(report(f"/{number}"))

    assert world.points(QUERIES) == {
        (QUERIES, "GET", "/0"): 1,
        (QUERIES, "GET", "/1"): 1,
        (QUERIES, "GET", "<other>"): 9_998,
    }
    assert world.points(OVERFLOW)[OVERFLOW, "http.route"] == 9_998


def test_routes_within_the_limit_are_told_apart(world: World) -> None:
    """The twin: nothing overflows."""
    sink = world.sink()
    for number in range(300):
        sink(report(f"/{number}"))

    assert len(world.points(QUERIES)) == 300
    assert world.points(OVERFLOW)[OVERFLOW, "http.route"] == 0


def test_statements_are_told_apart_by_digits_alone(world: World) -> None:
    """Those that findings object to: 100 of them, then `<other>`, never their text."""
    sink = world.sink(fingerprints=True)
    sink(loop(4))
    for number in range(5_000):
        sink(loop(2, statement=f"SELECT {number} FROM items"))

    name = "querywatch.fingerprint.queries"
    points = world.points(name)
    assert points[name, "/orders", fingerprint_id(SELECT)] == 4
    assert points[name, "/orders", "<other>"] == 2 * 4_901
    assert len(points) == 101
    assert not any("SELECT" in value for point in points for value in point)


def test_what_was_not_asked_for_is_not_there(world: World) -> None:
    """The twin: no fingerprints, no rows."""
    world.sink()(loop())

    names = {metric.name for metric in world.metrics()}
    assert names == {metric.otel_name for metric in table.REQUEST_METRICS}


def test_what_is_no_request_is_counted_by_its_label(world: World) -> None:
    """Without a method."""
    world.sink()(Report(Recording("nightly import", (query(),))))

    assert world.points(QUERIES) == {(QUERIES, "", "nightly import"): 1}


def test_a_method_and_a_kind_that_nobody_knows_are_other(world: World) -> None:
    """A client may send any word, and a detector of somebody's own may have any code."""
    odd = Finding("XX1", "x", "odd")
    world.sink()(report(method="BREW", findings=[odd]))

    assert world.points(FINDINGS)[FINDINGS, "_OTHER", "/orders", "_OTHER"] == 1


def test_its_own_cost_is_counted(world: World) -> None:
    """With what resolving and judging took."""
    world.sink()(report(overhead=2.0))

    assert 2.0 < of(world, "querywatch.overhead").value < 3.0


def test_an_exemplar_leads_to_the_trace_of_the_request(world: World) -> None:
    """Also where the span is not the current one any more."""
    sink = world.sink()
    with world.tracers.get_tracer("a server").start_as_current_span("GET /orders") as span:
        sink.request_begins()
    sink(loop())

    (exemplar,) = of(world, QUERIES).exemplars
    assert exemplar.trace_id == span.get_span_context().trace_id


def test_a_sink_may_be_made_before_the_global_provider_is_set(world: World) -> None:
    """The counters begin at 0 with the first report after that."""
    later = _ProxyMeterProvider()
    sink = world.sink(meter_provider=later)
    later.on_set_meter_provider(world.meters)
    sink(report())

    assert world.points(QUERIES, OVERFLOW) == {
        (QUERIES, "GET", "/orders"): 1,
        (OVERFLOW, "error.type"): 0,
        (OVERFLOW, "http.route"): 0,
    }
    # How long it took nobody knows; what matters is that it is there.
    assert 0 <= world.points("querywatch.overhead")["querywatch.overhead",] < 1


def test_two_sinks_on_one_provider_count_together(world: World) -> None:
    """The instruments are made once."""
    for sink in (world.sink(), world.sink()):
        sink(loop())

    assert world.points(QUERIES) == {(QUERIES, "GET", "/orders"): 2}
    assert world.points(FINDINGS)[FINDINGS, "GET", "/orders", "n_plus_one"] == 2


def test_all_routes_are_kept_where_the_sdk_is_told_to() -> None:
    """300 routes of eight kinds are more than the 2,000 series that newer SDKs keep unasked."""
    limits: dict[str, Any] = {}
    if "aggregation_cardinality_limit" in inspect.signature(View).parameters:
        limits["aggregation_cardinality_limit"] = 300 * len(FINDING_TYPES)
    world = World(views=(View(instrument_name=FINDINGS, **limits),))
    sink = world.sink()
    for number in range(300):
        sink(report(f"/{number}"))

    points = world.points(FINDINGS)
    assert {point[2] for point in points} == {f"/{number}" for number in range(300)}
    assert len(points) == 300 * len(FINDING_TYPES)


@pytest.mark.parametrize(
    ("one", "measurements"), [(report(queries=[query()] * 10), 12), (loop(9), 15)]
)
def test_a_report_of_ten_statements_is_few_measurements(one: Report, measurements: int) -> None:
    """One for each statement, two for the request, three for what was found."""
    taken: list[Any] = []

    class Measured:
        def add(self, amount: float, *_: object) -> None:
            taken.append(amount)

        record = add

    class Meters(MeterProvider):
        def get_meter(self, *_: Any, **__: Any) -> Any:
            meter: Any = NoOpMeter("querywatch")
            meter.create_counter = meter.create_histogram = lambda *_, **__: Measured()
            return meter

    sink = OpenTelemetrySink(meter_provider=Meters())
    sink(one)
    taken.clear()
    sink(one)

    # Our own cost is counted by the millisecond.
    assert len(taken) in {measurements, measurements + 1}
