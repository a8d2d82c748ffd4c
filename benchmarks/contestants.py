"""Who is measured: nobody at all, the cheapest listeners there are, and querywatch at its depths.

A contestant is a function that installs it for an engine and returns how its units of work are
opened. querywatch is imported by those that use it: bare must not load it.
"""

from __future__ import annotations

import io
import logging
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Engine, event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from querywatch import Report


@dataclass(frozen=True)
class Installed:
    """How an installed contestant is given its work.

    `unit` makes the context manager that statements run in. `door`, where there is one, is the
    ASGI middleware that takes its place around a request. `seen` returns how many statements it
    has seen in its last unit of work, or since that was last asked; a contestant that keeps
    nothing has none.
    """

    unit: Callable[[], AbstractContextManager[object]] = nullcontext
    door: Callable[[Any], Any] | None = None
    seen: Callable[[], int] | None = None


Contestant: TypeAlias = "Callable[[Engine], Installed]"


def bare(_: Engine) -> Installed:
    """Leave SQLAlchemy alone."""
    return Installed()


def empty_cursor_listeners(engine: Engine) -> Installed:
    """Listen before and after, as every rival does, and do nothing."""
    event.listen(engine, "before_cursor_execute", lambda *_: None)
    event.listen(engine, "after_cursor_execute", lambda *_: None)
    return Installed()


def empty_dialect_listeners(engine: Engine) -> Installed:
    """Do the same with the events that querywatch listens to."""
    for name in ("do_execute", "do_executemany", "do_execute_no_params"):
        event.listen(engine, name, lambda *_: None)
    return Installed()


def idle(_: Engine) -> Installed:
    """Install it and open no recording."""
    from querywatch import capture  # noqa: PLC0415

    capture.attach()
    return Installed()


def sampled_out(_: Engine) -> Installed:
    """Have a unit of work under way that the sample left out."""
    from querywatch import QueryWatchMiddleware, capture  # noqa: PLC0415

    capture.attach()
    door = partial(QueryWatchMiddleware, mode="observe", sample_rate=0.0)
    return Installed(capture.sampled_out, door)


def counting(_: Engine) -> Installed:
    """Count and time every statement, and keep none."""
    return _raw(limit=0)


def recording(_: Engine) -> Installed:
    """Keep every statement with its call site and what the ORM was doing; resolve none."""
    return _raw(limit=1_000_000)


def analysis(_: Engine) -> Installed:
    """Record and resolve, and let every detector judge."""
    return _watched()


def console(_: Engine) -> Installed:
    """Judge, and print for a developer."""
    from querywatch.sinks.console import ConsoleSink  # noqa: PLC0415

    return _watched(ConsoleSink(io.StringIO()))


def log(_: Engine) -> Installed:
    """Judge, and tell a logger that has a handler."""
    from querywatch.sinks.log import LogSink  # noqa: PLC0415

    logger = logging.getLogger("querywatch")
    logger.addHandler(logging.StreamHandler(io.StringIO()))
    logger.propagate = False
    return _watched(LogSink())


def prometheus(_: Engine) -> Installed:
    """Judge, and count for Prometheus."""
    from prometheus_client import CollectorRegistry  # noqa: PLC0415

    from querywatch.sinks.prometheus import PrometheusSink  # noqa: PLC0415

    return _watched(PrometheusSink(registry=CollectorRegistry()))


def opentelemetry(_: Engine) -> Installed:
    """Judge, and record with OpenTelemetry's SDK."""
    from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader  # noqa: PLC0415

    from querywatch.sinks.opentelemetry import OpenTelemetrySink  # noqa: PLC0415

    return _watched(OpenTelemetrySink(meter_provider=MeterProvider([InMemoryMetricReader()])))


CONTESTANTS: dict[str, Contestant] = {
    "bare": bare,
    "empty cursor listeners": empty_cursor_listeners,
    "empty dialect listeners": empty_dialect_listeners,
    "idle": idle,
    "sampled out": sampled_out,
    "counting": counting,
    "recording": recording,
    "analysis": analysis,
    "analysis + console": console,
    "analysis + log": log,
    "analysis + prometheus": prometheus,
    "analysis + opentelemetry": opentelemetry,
}


def _raw(limit: int) -> Installed:
    from querywatch import capture  # noqa: PLC0415

    capture.attach()
    last = capture.begin(limit)
    capture.end(last)

    @contextmanager
    def unit() -> Iterator[None]:
        nonlocal last
        last = capture.begin(limit)
        try:
            yield
        finally:
            capture.end(last)

    return Installed(unit, seen=lambda: len(last.records) + last.dropped)


def _watched(*sinks: Callable[[Any], object]) -> Installed:
    from querywatch import QueryWatch, QueryWatchMiddleware  # noqa: PLC0415

    seen: list[int] = [0]

    def count(report: Report) -> None:
        seen[0] = report.recording.query_count

    watch = QueryWatch(sinks=(*sinks, count))
    door = partial(QueryWatchMiddleware, watch=watch)
    return Installed(lambda: watch.record("benchmark"), door, lambda: seen[0])
