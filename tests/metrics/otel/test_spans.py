"""Spans of statements, made from the recording once it is over."""

from __future__ import annotations

from typing import Any

import pytest
from opentelemetry import context
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)
from sqlalchemy import insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from querywatch import QueryWatch, Report
from querywatch.model import CallSite
from querywatch.sinks._metrics.figures import fingerprint_id
from querywatch.sinks.opentelemetry import _spans
from tests.capture.library import Author, library
from tests.metrics.otel.apps import build, instrumented, plain
from tests.metrics.otel.test_summary import Make, traced
from tests.metrics.otel.world import World, attributes_of
from tests.metrics.shared.reports import query, report


def made(world: World, *reports: Report, **options: Any) -> list[dict[str, Any]]:
    """Deliver *reports* as part of a trace, and return the attributes of the spans made."""
    sink = world.sink(spans=True, **options)
    with world.tracers.get_tracer("a server").start_as_current_span("GET /"):
        for one in reports:
            sink(one)
    return [attributes_of(span) for span in world.statements]


@traced
def test_each_statement_has_a_span_below_that_of_the_request(world: World, make: Make) -> None:
    """In the order they ran, each within the time of the request."""
    build(make(world, world.sink())).get("/sin")

    server, spans = world.server, world.statements
    assert [span.name for span in spans] == ["SELECT orders", *["SELECT items"] * 3]
    assert {span.kind for span in spans} == {SpanKind.CLIENT}
    assert {span.parent.span_id for span in spans if span.parent} == {server.context.span_id}
    times = [time for span in spans for time in (span.start_time, span.end_time)]
    assert times == sorted(times)  # type: ignore[type-var]
    assert server.start_time < times[0]  # type: ignore[operator]
    assert times[-1] < server.end_time  # type: ignore[operator]


def test_a_span_says_what_ran_and_where(world: World) -> None:
    """By the stable names of the semantic conventions, without any value."""
    build(instrumented(world, world.sink())).get("/sin")

    found = attributes_of(world.statements[-1])
    text = found.pop("db.query.text")
    assert text.endswith("FROM items WHERE ? = items.order_id")
    assert found.pop("code.line.number") > 0
    assert found == {
        "db.system.name": "sqlite",
        "db.query.summary": "SELECT items",
        "db.operation.name": "SELECT",
        "querywatch.query.fingerprint": fingerprint_id(text),
        "code.function.name": "tests.middleware.shop.sin",
        "code.file.path": "tests/middleware/shop.py",
    }


def test_literals_never_leave(world: World) -> None:
    """Somebody's own text is told without its values, and without an operation read from it."""
    with (
        world.tracers.get_tracer("a job").start_as_current_span("job"),
        library() as engine,
        QueryWatch(sinks=[world.sink(spans=True)]).record(),
        engine.connect() as connection,
    ):
        connection.execute(text("SELECT id FROM authors WHERE name = 'a secret' /* hidden */"))

    (found,) = map(attributes_of, world.statements)
    assert found["db.query.text"] == "SELECT id FROM authors WHERE name = ?"
    assert "db.operation.name" not in found


def test_a_statement_that_failed_says_so(world: World) -> None:
    """By the driver's exception, and with the status of an error."""
    with (
        world.tracers.get_tracer("a job").start_as_current_span("job"),
        library() as engine,
        QueryWatch(sinks=[world.sink(spans=True)]).record(),
        engine.connect() as connection,
    ):
        connection.execute(select(Author.id)).all()
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT nothing FROM nowhere"))

    good, bad = world.statements
    assert good.status.status_code is StatusCode.UNSET
    assert "error.type" not in attributes_of(good)
    assert bad.status.status_code is StatusCode.ERROR
    assert attributes_of(bad)["error.type"] == "sqlite3.OperationalError"


def test_a_batch_is_one_operation(world: World) -> None:
    """With its size; one set of parameters is no batch."""
    with (
        world.tracers.get_tracer("a job").start_as_current_span("job"),
        library() as engine,
        QueryWatch(sinks=[world.sink(spans=True)]).record(),
        Session(engine) as session,
    ):
        table: Any = Author.__table__
        for count in (3, 1):
            rows = [{"name": f"author {number}"} for number in range(count)]
            session.connection().execute(insert(table), rows)

    batch, one = map(attributes_of, world.statements)
    assert batch["db.query.summary"] == "BATCH INSERT authors"
    assert batch["db.operation.name"] == "BATCH INSERT"
    assert batch["db.operation.batch.size"] == 3
    assert one["db.query.summary"] == "INSERT authors"
    assert "db.operation.batch.size" not in one


def test_a_long_text_is_cut(world: World) -> None:
    """By far the most of what is sent would be one text again and again."""
    long, short = "SELECT " + "x, " * 5_000, "SELECT x"
    one, other = made(world, report(queries=[query(long), query(short)]))

    assert len(one["db.query.text"]) == 10_000
    assert one["db.query.text"].endswith("…")
    assert one["querywatch.query.fingerprint"] == fingerprint_id(long)
    assert other["db.query.text"] == short


@pytest.mark.parametrize(
    ("dialect", "engine", "expected"),
    [
        (
            "postgresql",
            "postgresql+psycopg://user:***@db.internal:5432/shop",
            {"system.name": "postgresql", "namespace": "shop", "address": "db.internal"},
        ),
        (
            "mysql",
            "mysql+pymysql://user:***@db.internal:3307/shop",
            {"system.name": "mysql", "namespace": "shop", "address": "db.internal", "port": 3307},
        ),
        ("mssql", "mssql+pyodbc://dsn", {"system.name": "microsoft.sql_server", "address": "dsn"}),
        (
            "sqlite",
            "sqlite:////srv/data/shop.db",
            {"system.name": "sqlite", "namespace": "shop.db"},
        ),
        ("sqlite", "sqlite:// #2", {"system.name": "sqlite"}),
        ("", "no url", {"system.name": "other_sql"}),
    ],
)
def test_a_span_names_its_database(
    world: World, dialect: str, engine: str, expected: dict[str, Any]
) -> None:
    """System, database and server, a port where it is not the usual one, never a user."""
    (found,) = made(world, report(queries=[query(dialect=dialect, engine=engine)]))

    prefixes = {"system.name": "db.", "namespace": "db.", "address": "server.", "port": "server."}
    named = {key: value for key, value in found.items() if key.startswith(("db.", "server."))}
    for known in ("db.query.text", "db.operation.name"):
        named.pop(known, None)
    assert named == {prefixes[key] + key: value for key, value in expected.items()}
    assert "user" not in str(found)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("app/shop.py", "app.shop.Cart.add"),
        ("src/app/shop.py", "app.shop.Cart.add"),
        ("app/__init__.py", "app.Cart.add"),
        ("<stdin>", "Cart.add"),
        ("/elsewhere/x.py", "Cart.add"),
    ],
)
def test_a_function_is_named_as_it_is_imported(world: World, file: str, expected: str) -> None:
    """As far as the path tells."""
    site = CallSite(file, 3, "Cart.add")
    (found,) = made(world, report(queries=[query(stack=(site,))]))

    assert found["code.function.name"] == expected


def test_statements_outside_a_trace_have_no_spans(world: World) -> None:
    """They would be traces of their own, one for each statement."""
    build(plain(world, world.sink(spans=True))).get("/sin")

    assert world.spans() == []


def test_statements_of_a_trace_that_nobody_keeps_have_no_spans() -> None:
    """The request was not sampled, here or by whoever asked."""
    world = World(ALWAYS_OFF)
    build(instrumented(world, world.sink(spans=True))).get("/sin")
    remote = NonRecordingSpan(SpanContext(1, 1, is_remote=True, trace_flags=TraceFlags(0)))
    token = context.attach(set_span_in_context(remote))
    world.sink(spans=True)(report(queries=[query()]))
    context.detach(token)

    assert world.spans() == []


def test_who_wants_no_spans_gets_none(world: World) -> None:
    """The twin of all of these: spans=False."""
    build(instrumented(world, world.sink(spans=False))).get("/sin")

    assert world.statements == []


def test_the_spans_of_one_recording_are_bounded(world: World) -> None:
    """The summary says how many statements there were."""
    assert len(made(world, report(queries=[query()] * (_spans.MAX_SPANS + 5)))) == _spans.MAX_SPANS
