"""The summary on the span of the request, which is somebody else's to make and to end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.testclient import TestClient

from querywatch import QueryWatch, Report, capture
from querywatch.watch import Recorder
from tests.metrics.otel.apps import TRACED, build, contrib_within, instrumented, plain
from tests.metrics.otel.world import World, attributes_of, summarized

Make = Callable[..., FastAPI]

traced = pytest.mark.parametrize("make", TRACED)


@traced
def test_the_span_of_the_request_has_the_summary(world: World, make: Make) -> None:
    """On the SERVER span and on no other, set before it ended."""
    build(make(world, world.sink())).get("/sin")

    assert summarized(world.spans()) == [world.server.name]
    found = attributes_of(world.server)
    assert found["querywatch.request.queries"] == 4
    assert 0 < found["querywatch.request.db.duration"] < 1
    assert found["querywatch.request.redundant_queries"] == 2
    assert found["querywatch.request.findings"] == 1
    assert found["querywatch.finding.types"] == ("n_plus_one",)


@traced
def test_a_request_without_findings_says_so(world: World, make: Make) -> None:
    """The twin: two queries, and nothing to object to."""
    build(make(world, world.sink())).get("/cure")

    found = attributes_of(world.server)
    assert found["querywatch.request.queries"] == 2
    assert found["querywatch.request.findings"] == 0
    assert found["querywatch.finding.types"] == ()


@traced
def test_nothing_is_set_on_a_span_that_has_ended(
    world: World, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """OpenTelemetry's SDK logs a warning when somebody tries."""
    client = build(make(world, world.sink(span_events=True)))

    for path in ("/sin", "/cure", "/stream", "/later", "/nowhere"):
        client.get(path)

    assert [record.message for record in caplog.records if "ended span" in record.message] == []


@traced
def test_a_stream_is_told_of_to_its_end(world: World, make: Make) -> None:
    """The queries that ran while it was sent are part of the summary."""
    build(make(world, world.sink())).get("/stream")

    assert attributes_of(world.server)["querywatch.request.queries"] == 4


@traced
def test_what_a_background_task_runs_is_in_the_metrics_alone(world: World, make: Make) -> None:
    """The span was over by then; the findings are in metrics and log events."""
    build(make(world, world.sink())).get("/later")

    assert attributes_of(world.server)["querywatch.request.queries"] == 0
    assert (
        world.points("querywatch.findings")["querywatch.findings", "GET", "/later", "n_plus_one"]
        == 1
    )
    assert [record.event_name for record in world.kept.records] == ["querywatch.finding"]


@traced
def test_a_websocket_has_the_summary(world: World, make: Make) -> None:
    """Its span lasts until the application is done with it."""
    with build(make(world, world.sink())).websocket_connect("/socket") as socket:
        assert socket.receive_text() == "3"

    assert attributes_of(world.server)["querywatch.request.queries"] == 4
    assert (
        world.points("querywatch.findings")[
            "querywatch.findings", "WEBSOCKET", "/socket", "n_plus_one"
        ]
        == 1
    )


@traced
def test_a_request_that_fails_has_the_summary(world: World, make: Make) -> None:
    """The response to an error is sent by somebody around us, after we are done."""
    client = build(make(world, world.sink()), raise_server_exceptions=False)

    assert client.get("/fails").status_code == 500
    if make is not contrib_within:
        assert attributes_of(world.server)["querywatch.request.queries"] == 4


@traced
def test_a_request_refused_for_its_findings_has_the_summary(world: World, make: Make) -> None:
    """mode="raise" answers with a response of its own."""
    client = build(make(world, world.sink(), mode="raise"), raise_server_exceptions=False)

    assert client.get("/sin").status_code == 500
    assert attributes_of(world.server)["querywatch.request.findings"] == 1


@traced
def test_a_span_of_the_applications_own_is_left_alone(world: World, make: Make) -> None:
    """A middleware of the application's may have a span open around everything it sends."""
    app = make(world, world.sink())
    tracer = world.tracers.get_tracer("the application")

    async def within(request: Any, call_next: Any) -> Any:
        with tracer.start_as_current_span("within"):
            return await call_next(request)

    # It was added last but is to run innermost, between querywatch and the routes.
    app.add_middleware(BaseHTTPMiddleware, dispatch=within)
    app.user_middleware.append(app.user_middleware.pop(0))
    build(app).get("/sin")

    assert len(world.spans(SpanKind.SERVER)) == 1
    assert "within" in [span.name for span in world.spans()]
    if make is not contrib_within:
        assert summarized(world.spans()) == [world.server.name]


def test_without_a_trace_there_is_no_span(world: World) -> None:
    """To make one for the request is for whoever serves it."""
    build(plain(world, world.sink())).get("/sin")

    assert world.spans() == []
    assert world.points("querywatch.request.queries") == {
        ("querywatch.request.queries", "GET", "/sin"): 1
    }


def test_a_request_that_is_not_sampled_is_judged_once() -> None:
    """What nobody records need not be found out before the response ends."""
    judged: list[str] = []

    class Counting(Recorder):
        def _judge(self, opened: Any) -> Report:
            judged.append(self.label)
            return super()._judge(opened)

    class Watch(QueryWatch):
        def record(self, label: str = "recording", **options: Any) -> Recorder:
            return Counting(self, label, **options)

    for world in (World(ALWAYS_OFF), World()):
        app = instrumented(world, world.sink())
        app.user_middleware[0].kwargs["watch"] = Watch(sinks=[world.sink()])
        build(app).get("/cure")

    assert len(judged) == 1 + 2


def test_the_span_of_a_job_is_the_jobs_own(world: World) -> None:
    """What is no request has no summary of a request; it is in the metrics under its label."""
    tracer = world.tracers.get_tracer("a scheduler")

    with (
        tracer.start_as_current_span("nightly"),
        QueryWatch(sinks=[world.sink()]).record("nightly import"),
    ):
        assert trace.get_current_span().is_recording()

    assert summarized(world.spans()) == []
    assert world.points("querywatch.request.queries") == {
        ("querywatch.request.queries", "", "nightly import"): 1
    }


def test_a_recording_within_a_request_leaves_its_span_alone(world: World) -> None:
    """Of the same sink: the request's summary is that of the whole request."""
    watch = QueryWatch(sinks=[world.sink()])
    app = instrumented(world, world.sink())

    @app.get("/part")
    def part() -> int:
        with watch.record("part"):
            return 1

    client = build(app)
    client.get("/part")
    client.get("/sin")

    queries = [
        attributes_of(span)["querywatch.request.queries"] for span in world.spans(SpanKind.SERVER)
    ]
    assert queries == [0, 4]


def test_a_span_that_raises_leaves_the_response(world: World) -> None:
    """A bug on the way to the span is counted, and the response is what it was."""
    sink = world.sink()
    sink._summary = None  # type: ignore[assignment]
    failures = capture.failures()

    client: TestClient = build(instrumented(world, sink))
    assert client.get("/sin").json() == [["pen"], ["pen"], ["pen"]]
    assert capture.failures() > failures
