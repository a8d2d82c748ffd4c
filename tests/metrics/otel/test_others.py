"""Beside somebody else's instrumentation of the database, nothing is told twice."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy
from fastapi import FastAPI
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.trace import ReadableSpan
from sqlalchemy import Engine

from querywatch import QueryWatch, QueryWatchMiddleware, capture
from querywatch.sinks.opentelemetry import _others
from tests.metrics.otel.apps import build, builtin, instrumented, needs_telemetry
from tests.metrics.otel.world import World, scope_of
from tests.metrics.shared.reports import query, report
from tests.middleware.shop import shop

OPERATIONS = "db.client.operation.duration"
CONTRIB_KNOWS = sqlalchemy.__version__ < "2.1"


@contextmanager
def active(module: str, world: World, **options: Any) -> Iterator[None]:
    """Instrument a library with contrib's package while the block runs, if that is installed."""
    package = pytest.importorskip(f"opentelemetry.instrumentation.{module}")
    # Its trial statement is none of the request's.
    capture.attach()
    instrumentor = getattr(package, _others.INSTRUMENTORS[module])()
    instrumentor.instrument(tracer_provider=world.tracers, meter_provider=world.meters, **options)
    try:
        yield
    finally:
        instrumentor.uninstrument()


def of_statements(world: World) -> list[ReadableSpan]:
    """List the spans of statements, whoever made them."""
    return [span for span in world.spans() if span.name.upper().startswith("SELECT")]


def makers(world: World) -> set[str]:
    """Name who made the spans of statements."""
    return {
        scope_of(span).removeprefix("opentelemetry.instrumentation.")
        for span in of_statements(world)
    }


def operations(world: World, *scopes: str) -> int:
    """Count what is in `db.client.operation.duration`."""
    return sum(
        point.count
        for scope in scopes
        for metric in world.metrics(scope)
        if metric.name == OPERATIONS
        for point in metric.data.data_points
    )


def ask(world: World, engine: Engine | None = None, **options: Any) -> None:
    """Have a request of four statements served, on an engine that is made now if none is given."""
    build(instrumented(world, world.sink(**options)), engine).get("/sin")


@pytest.mark.skipif(not CONTRIB_KNOWS, reason="contrib instruments SQLAlchemy below 2.1 alone")
def test_contribs_sqlalchemy_makes_the_spans_and_we_make_none(world: World) -> None:
    """One span for each statement, not two."""
    engine = shop()
    with active("sqlalchemy", world, engine=engine):
        ask(world, engine, semconv_metrics="auto")

    assert makers(world) == {"sqlalchemy"}
    assert len(of_statements(world)) == 4
    assert operations(world, "querywatch") == 0


@pytest.mark.skipif(CONTRIB_KNOWS, reason="contrib instruments SQLAlchemy below 2.1")
def test_contribs_sqlalchemy_that_refused_counts_for_nothing(world: World) -> None:
    """It says that there is nothing to instrument, so the spans are ours to make."""
    engine = shop()
    with active("sqlalchemy", world, engine=engine):
        ask(world, engine)

    assert makers(world) == {"querywatch"}


def test_contribs_driver_makes_the_spans_and_we_make_none(world: World) -> None:
    """The same for sqlite3 below SQLAlchemy."""
    with active("sqlite3", world):
        ask(world, semconv_metrics="auto")

    assert makers(world) == {"sqlite3"}
    assert len(of_statements(world)) == 4
    assert operations(world, "querywatch") == 0


@pytest.mark.parametrize("module", ["sqlalchemy", "sqlite3"])
def test_what_was_instrumented_once_counts_for_nothing(world: World, module: str) -> None:
    """The twin: imported, and not active any more."""
    with active(module, world):
        pass
    ask(world, semconv_metrics="auto")

    assert makers(world) == {"querywatch"}
    assert len(of_statements(world)) == 4
    assert operations(world, "querywatch") == 4


def test_whoever_asks_for_spans_gets_them_all_the_same(world: World) -> None:
    """spans=True and semconv_metrics=True ask nobody."""
    with active("sqlite3", world):
        ask(world, spans=True, semconv_metrics=True)

    assert makers(world) == {"querywatch", "sqlite3"}
    assert operations(world, "querywatch") == 4


def test_our_own_metrics_are_the_same_beside_any(world: World) -> None:
    """They have a prefix of their own, and depend on no span."""
    with active("sqlite3", world):
        ask(world)

    name = "querywatch.query.duration"
    assert world.points(name) == {(name, "SELECT", "sqlite", ""): 4}


@needs_telemetry
def test_beside_fastapis_telemetry_each_thing_is_told_once(world: World) -> None:
    """One SERVER span, one `http.server.request.duration`, one span for each statement."""
    build(builtin(world, world.sink(semconv_metrics="auto"))).get("/sin")

    assert world.server.name == "GET /sin"
    assert {metric.name for metric in world.metrics("fastapi")} == {
        "http.server.request.duration",
        "http.server.active_requests",
    }
    assert not [metric for metric in world.metrics() if metric.name.startswith("http.")]
    assert makers(world) == {"querywatch"}
    assert (len(of_statements(world)), operations(world, "querywatch")) == (4, 4)


def test_where_instrumentation_is_suppressed_nothing_is_traced(world: World) -> None:
    """The metrics of our own go on."""
    sink = world.sink(spans=True, semconv_metrics=True)
    with world.tracers.get_tracer("a server").start_as_current_span("GET /"):
        with suppress_instrumentation():
            sink(report(queries=[query()]))
        assert (world.statements, operations(world, "querywatch")) == ([], 0)
        sink(report(queries=[query()]))
        assert (len(world.statements), operations(world, "querywatch")) == (1, 1)

    name = "querywatch.query.duration"
    assert world.points(name) == {(name, "SELECT", "sqlite", ""): 2}


@pytest.mark.parametrize("module", _others.INSTRUMENTORS)
def test_an_instrumentor_has_the_name_we_know_it_by(module: str) -> None:
    """Of those packages that are installed here."""
    try:
        package = importlib.import_module(f"opentelemetry.instrumentation.{module}")
    except ImportError:
        pytest.skip(f"opentelemetry-instrumentation-{module} is not installed")

    instrumentor = getattr(package, _others.INSTRUMENTORS[module])
    assert instrumentor().is_instrumented_by_opentelemetry is False


def test_two_middlewares_tell_of_a_request_once(world: World) -> None:
    """The outer one records, whatever is mounted within."""
    sink = world.sink()
    app = instrumented(world, sink)
    inner = FastAPI()
    inner.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[sink]))
    build(inner)
    app.mount("/inner", inner)
    build(app).get("/inner/sin")

    name = "querywatch.request.queries"
    assert world.points(name) == {(name, "GET", "/inner/sin"): 1}
    assert len(world.statements) == 4
