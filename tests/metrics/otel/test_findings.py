"""Findings as log events, and as events of the request's span for who collects no logs."""

from __future__ import annotations

from typing import Any

from opentelemetry._logs import SeverityNumber

from querywatch import QueryWatch, capture
from querywatch.model import CallSite, Finding
from querywatch.sinks._metrics.figures import fingerprint_id
from querywatch.sinks.opentelemetry import OpenTelemetrySink
from tests.metrics.otel.apps import build, instrumented
from tests.metrics.otel.test_summary import Make, traced
from tests.metrics.otel.world import World, attributes_of
from tests.metrics.shared.reports import loop, query, report

EVENT = "querywatch.finding"


@traced
def test_each_finding_is_one_event_of_the_trace(world: World, make: Make) -> None:
    """Severity WARN, and everything there is to know about the finding as attributes."""
    build(make(world, world.sink())).get("/sin")

    (record,) = world.kept.records
    assert record.event_name == EVENT
    assert record.severity_number is SeverityNumber.WARN
    assert record.severity_text == "WARN"
    assert record.body.startswith("QW101 N+1: Order.items lazy-loaded 3×")
    assert record.trace_id == world.server.context.trace_id
    assert record.span_id == world.server.context.span_id
    found = attributes_of(record)
    statement = found.pop("db.query.text")
    assert statement.endswith("FROM items WHERE ? = items.order_id")
    assert found.pop("code.line.number") > 0
    assert found.pop("querywatch.finding.fix").endswith("4 → 2 queries")
    assert found == {
        "querywatch.finding.type": "n_plus_one",
        "querywatch.finding.code": "QW101",
        "querywatch.finding.subject": "Order.items",
        "querywatch.finding.count": 3,
        "querywatch.finding.phase": "application",
        "querywatch.query.fingerprint": fingerprint_id(statement),
        "db.query.summary": "SELECT items",
        "code.function.name": "tests.middleware.shop.sin",
        "code.file.path": "tests/middleware/shop.py",
        "http.request.method": "GET",
        "http.route": "/sin",
    }


@traced
def test_without_findings_there_is_no_event(world: World, make: Make) -> None:
    """The twin."""
    build(make(world, world.sink(span_events=True))).get("/cure")

    assert world.kept.records == []
    assert world.server.events == ()


@traced
def test_who_collects_no_logs_has_events_of_the_span(world: World, make: Make) -> None:
    """With the same attributes, once for each finding."""
    build(make(world, world.sink(span_events=True))).get("/sin")

    (event,) = world.server.events
    assert event.name == EVENT
    assert attributes_of(event) == attributes_of(world.kept.records[0])


@traced
def test_the_span_has_no_events_unless_asked(world: World, make: Make) -> None:
    """The twin: by default there are log events alone."""
    build(make(world, world.sink())).get("/sin")

    assert world.server.events == ()


def test_a_failed_request_has_its_events(world: World) -> None:
    """Its span is open until after the report."""
    app = instrumented(world, world.sink(span_events=True))
    client = build(app, raise_server_exceptions=False)

    client.get("/fails")
    assert [event.name for event in world.server.events] == [EVENT, "exception"]


def test_without_a_logger_nobody_is_told_and_nothing_fails() -> None:
    """No provider was given, and none is global: the API passes it to nobody."""
    failures = capture.failures()

    OpenTelemetrySink()(loop())
    assert capture.failures() == failures


def test_a_job_has_its_events(world: World) -> None:
    """What is no request has no route, and is part of the trace around it."""
    finding = loop()
    with world.tracers.get_tracer("a scheduler").start_as_current_span("nightly") as span:
        watch = QueryWatch(sinks=[world.sink()], detectors=[lambda recording: finding.findings])
        with watch.record("nightly import"):
            pass

    (record,) = world.kept.records
    assert record.span_id == span.get_span_context().span_id
    assert "http.route" not in attributes_of(record)


def test_the_response_being_made_is_a_phase_of_its_own(world: World) -> None:
    """The N+1 of a response model runs in no line of the application."""
    queries = [query(serializing=True)] * 2
    found = Finding("QW101", "Order.items", "lazy", statement=queries[0].statement, evidence=(0, 1))
    world.sink()(report(queries=queries, findings=[found]))

    attributes = attributes_of(world.kept.records[0])
    assert attributes["querywatch.finding.phase"] == "serialization"
    assert "code.function.name" not in attributes


def test_what_utf8_cannot_say_is_written_in_other_words(world: World) -> None:
    """One lone surrogate would cost the exporter its whole batch."""
    odd: Any = "caf\udce9"
    site = CallSite(f"app/{odd}.py", 3, odd)
    statement = f"SELECT {odd}"
    found = Finding("QW103", odd, odd, statement=statement, used_at=site, fix=odd, evidence=(0,))
    world.sink()(report(f"/{odd}", [query(statement, summary=statement)], [found]))

    (record,) = world.kept.records
    texts = [record.body, *attributes_of(record).values()]
    assert all(text.encode() for text in texts if isinstance(text, str))
    assert attributes_of(record)["code.file.path"] == "app/caf\\udce9.py"
