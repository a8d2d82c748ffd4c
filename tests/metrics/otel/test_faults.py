"""Providers that raise: requests unharmed, the failure counted each time and logged once."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from opentelemetry.metrics import Meter, MeterProvider, NoOpMeterProvider
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import NoOpTracer

from querywatch import QueryWatch, capture
from querywatch.watch import failures
from tests.metrics.otel.apps import build, instrumented
from tests.metrics.otel.test_summary import Make, traced
from tests.metrics.otel.world import World, attributes_of
from tests.metrics.shared.reports import loop

ANSWER = [["pen"], ["pen"], ["pen"]]


def broken(*_: object, **__: object) -> Any:
    """Fail as nobody expected."""
    raise RuntimeError("a bug of the provider's")


@pytest.fixture
def logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> pytest.LogCaptureFixture:
    """Hold what querywatch logs, as if nothing had failed in this process before."""
    monkeypatch.setattr(failures, "_logged", set())
    caplog.set_level(logging.ERROR, "querywatch")
    return caplog


FORKING = """
import os
from tests.metrics.otel.world import World
from tests.metrics.shared.reports import loop

world = World()
sink = world.sink()
sink(loop())
child = os.fork()
if not child:
    sink(loop())
else:
    os.waitpid(child, 0)
(count,) = world.points("querywatch.request.queries").values()
print(count, "parent" if child else "child", flush=True)
os._exit(0)
"""


class Raising:
    """An instrument whose every measurement fails once it is told to."""

    def __init__(self, armed: list[bool]) -> None:
        self.armed = armed

    def add(self, *_: object) -> None:
        """Fail, maybe."""
        if self.armed:
            broken()

    record = add


def failing(world: World, signal: str) -> Any:
    """Make a sink of which one *signal* fails."""
    if signal == "metrics":
        armed: list[bool] = []

        class Meters(MeterProvider):
            def get_meter(self, *arguments: Any, **options: Any) -> Meter:
                meter: Any = NoOpMeterProvider().get_meter(*arguments, **options)
                meter.create_counter = meter.create_histogram = lambda *_, **__: Raising(armed)
                return cast("Meter", meter)

        sink = world.sink(meter_provider=Meters())
        armed.append(True)
        return sink
    if signal == "logs":

        class Loggers:
            def get_logger(self, *_: object) -> Any:
                return type("Logger", (), {"emit": broken})()

        return world.sink(logger_provider=Loggers())

    class Tracers:
        def get_tracer(self, *_: object) -> Any:
            tracer: Any = NoOpTracer()
            tracer.start_span = broken
            return tracer

    return world.sink(tracer_provider=Tracers())


@pytest.mark.parametrize("signal", ["metrics", "logs", "spans"])
def test_a_provider_that_raises_fails_alone(
    world: World, logged: pytest.LogCaptureFixture, signal: str
) -> None:
    """The other signals are told all the same."""
    client = build(instrumented(world, failing(world, signal)))
    before = capture.failures()
    answers = [client.get("/sin").json() for _ in range(3)]

    assert answers == [ANSWER] * 3
    # Our own cost is a metric as well, counted now and then.
    assert capture.failures() - before in (range(3, 7) if signal == "metrics" else [3])
    assert len(logged.records) == 1
    assert bool(world.points()) == (signal != "metrics")
    assert bool(world.kept.records) == (signal != "logs")
    assert bool(world.statements) == (signal != "spans")


def test_where_nothing_raises_nothing_is_counted(
    world: World, logged: pytest.LogCaptureFixture
) -> None:
    """The twin."""
    client = build(instrumented(world, world.sink()))
    before = capture.failures()
    client.get("/sin")

    assert capture.failures() == before
    assert logged.records == []
    assert world.points()
    assert world.kept.records
    assert world.statements


def test_a_span_whose_attributes_cannot_be_set_leaves_the_response(
    world: World, logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request's span is somebody else's object."""
    sink = world.sink()
    monkeypatch.setattr(sink._summary, "tell", broken)
    before = capture.failures()

    assert build(instrumented(world, sink)).get("/sin").json() == ANSWER
    assert capture.failures() == before + 1
    assert len(logged.records) == 1


def test_an_exporter_that_raises_is_the_sdks_business(world: World) -> None:
    """It catches what exporters raise, so nothing of ours has failed."""

    class Exporter(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            raise RuntimeError("no room")

    tracers = TracerProvider(shutdown_on_exit=False)
    tracers.add_span_processor(SimpleSpanProcessor(Exporter()))
    before = capture.failures()
    world.tracers = tracers

    assert build(instrumented(world, world.sink())).get("/sin").json() == ANSWER
    assert capture.failures() == before


def test_requests_are_served_while_and_after_everything_shuts_down(world: World) -> None:
    """Measurements then go nowhere."""
    client = build(instrumented(world, world.sink()))
    before = capture.failures()
    for provider in (world.loggers, world.tracers, world.meters):
        provider.shutdown()
        assert client.get("/sin").json() == ANSWER

    assert capture.failures() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_a_sink_that_was_made_before_a_fork_counts_after_it() -> None:
    """As under a server that loads the application first and forks its workers then."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKING],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert run.stdout.split() == ["2", "child", "1", "parent"], run.stderr


def test_a_broken_report_is_not_half_counted(world: World) -> None:
    """A detector may answer anything."""

    class Odd:
        code = "QW101"
        queries_saved = "many"

    sink = world.sink()
    one = loop()
    object.__setattr__(one, "findings", (Odd(),))
    before = capture.failures()
    QueryWatch(sinks=[sink]).deliver(one)

    assert capture.failures() > before
    assert world.points("querywatch.request.queries") == {}


@traced
def test_two_sinks_do_not_end_what_the_other_follows(world: World, make: Make) -> None:
    """Each tells of the same span."""
    other = World()
    first, second = world.sink(), world.sink(logger_provider=other.loggers, spans=False)
    app = make(world, first)
    watched = [layer for layer in app.user_middleware if "watch" in layer.kwargs]
    watched[0].kwargs["watch"] = QueryWatch(sinks=[first, second])
    build(app).get("/sin")

    told = [*world.kept.records, *other.kept.records]
    assert [record.span_id for record in told] == [world.server.context.span_id] * 2
    assert len(world.statements) == 4


def test_a_job_after_a_request_is_not_of_its_trace(world: World) -> None:
    """Where one context runs both."""
    sink = world.sink()
    with world.tracers.get_tracer("a server").start_as_current_span("GET /"):
        sink.request_begins()
        sink(loop())
    with QueryWatch(sinks=[sink], detectors=[lambda recording: loop().findings]).record("job"):
        pass

    request, job = world.kept.records
    assert request.trace_id != 0
    assert job.trace_id == 0
    assert attributes_of(job)["querywatch.finding.type"] == "n_plus_one"
