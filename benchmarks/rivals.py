"""The other tools that listen to SQLAlchemy, each installed the way its documentation says.

They send nothing anywhere: what they collect is dropped where it would leave the process.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from benchmarks.contestants import Contestant, Installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

# Modules are imported by name: each rival is installed in an environment of its own.
# Where they would look for a collector or an agent, nobody listens.
NOWHERE = "127.0.0.1:9"


@dataclass(frozen=True)
class Rival:
    """A tool, what must be installed for it, and how it is.

    *does* says in a few words what it does with a statement, and *like* which contestant of ours
    does the same. *sqlalchemy* is the version it is measured on, the newest one it works with.
    """

    install: Contestant
    requirements: tuple[str, ...]
    does: str
    like: str = "recording"
    sqlalchemy: str = ">=2.1,<2.2"


class Tally:
    """What was counted since it was last asked."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> int:
        """Return the count and begin anew."""
        counted, self.count = self.count, 0
        return counted


def opentelemetry(engine: Engine) -> Installed:
    """Trace with OpenTelemetry's instrumentation; spans are batched and dropped."""
    provider = import_module("opentelemetry.sdk.trace").TracerProvider()
    processor, seen = _dropping()
    provider.add_span_processor(processor)
    instrumentor = import_module("opentelemetry.instrumentation.sqlalchemy").SQLAlchemyInstrumentor
    instrumentor().instrument(engine=engine, tracer_provider=provider)
    tracer = provider.get_tracer("benchmark")
    return Installed(lambda: tracer.start_as_current_span("benchmark"), seen=seen)


def _dropping() -> tuple[Any, Callable[[], int]]:
    # The batches are those that would be sent, on the thread that would send them.
    export = import_module("opentelemetry.sdk.trace.export")
    tally = Tally()

    class Dropped(export.SpanExporter):  # type: ignore[misc, name-defined]
        def export(self, spans: Any) -> Any:
            tally.count += sum("db.statement" in span.attributes for span in spans)
            return export.SpanExportResult.SUCCESS

    processor = export.BatchSpanProcessor(Dropped())

    def seen() -> int:
        processor.force_flush()
        return tally()

    return processor, seen


def sentry(_: Engine) -> Installed:
    """Trace every transaction with Sentry."""
    sdk = import_module("sentry_sdk")
    integration = import_module("sentry_sdk.integrations.sqlalchemy").SqlalchemyIntegration
    tally = Tally()

    class Dropped(import_module("sentry_sdk.transport").Transport):  # type: ignore[misc]
        def capture_envelope(self, envelope: Any) -> None:
            spans = (envelope.get_transaction_event() or {}).get("spans", ())
            tally.count += sum(span["op"] == "db" for span in spans)

    sdk.init(
        dsn=f"http://key@{NOWHERE}/1",
        traces_sample_rate=1.0,
        # Only SQLAlchemy: the integration of asyncpg would trace the same statements again.
        auto_enabling_integrations=False,
        integrations=[integration()],
        transport=Dropped,
    )
    return Installed(lambda: sdk.start_transaction(name="benchmark"), seen=tally)


def logfire(engine: Engine) -> Installed:
    """Trace with Logfire; spans are batched and dropped."""
    module = import_module("logfire")
    processor, seen = _dropping()
    module.configure(send_to_logfire=False, console=False, additional_span_processors=[processor])
    module.instrument_sqlalchemy(engine=engine)
    return Installed(lambda: module.span("benchmark"), seen=seen)


def scout(engine: Engine) -> Installed:
    """Monitor with Scout, without its agent."""
    api = import_module("scout_apm.api")
    request = import_module("scout_apm.core.tracked_request").TrackedRequest
    api.Config.set(
        name="benchmark",
        key="none",
        monitor=True,
        core_agent_download=False,
        core_agent_launch=False,
        core_agent_socket_path=f"tcp://{NOWHERE}",
        errors_enabled=False,
    )
    import_module("scout_apm.sqlalchemy").instrument_sqlalchemy(engine)
    spans: list[Any] = []

    @contextmanager
    def unit() -> Iterator[None]:
        nonlocal spans
        with api.BackgroundTransaction("benchmark"):
            spans = request.instance().complete_spans
            yield

    return Installed(unit, seen=lambda: sum(span.operation == "SQL/Query" for span in spans))


def ddtrace(engine: Engine) -> Installed:
    """Trace with Datadog, without its agent."""
    os.environ |= {
        "DD_TRACE_AGENT_URL": f"http://{NOWHERE}",
        "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
        "DD_REMOTE_CONFIGURATION_ENABLED": "false",
        "DD_TRACE_STARTUP_LOGS": "false",
    }
    tracer = import_module("ddtrace.trace").tracer
    import_module("ddtrace.contrib.internal.sqlalchemy.engine").trace_engine(engine, service="db")
    tally = Tally()

    class Counted(import_module("ddtrace.trace").TraceFilter):  # type: ignore[misc]
        def process_trace(self, trace: Any) -> Any:
            tally.count += sum(span.span_type == "sql" for span in trace)
            return trace

    tracer.configure(trace_processors=[Counted()])
    return Installed(lambda: tracer.trace("benchmark"), seen=tally)


def queryspy(_: Engine) -> Installed:
    """Record with queryspy, and ask for its findings."""
    module = import_module("queryspy")
    tally = Tally()

    @contextmanager
    def unit() -> Iterator[None]:
        with module.record() as recorder:
            yield
        recorder.findings()
        tally.count = recorder.query_count

    return Installed(unit, seen=tally)


def queryguard(_: Engine) -> Installed:
    """Record with pytest-queryguard, outside pytest."""
    record = import_module("pytest_queryguard.api").record_queries
    tally = Tally()

    @contextmanager
    def unit() -> Iterator[None]:
        with record() as log:
            yield
        tally.count = len(log)

    return Installed(unit, seen=tally)


def querycount(engine: Engine) -> Installed:
    """Record with pytest-querycount, outside pytest."""
    backends = import_module("pytest_querycount.backends")
    import_module("pytest_querycount.backends.sqlalchemy").instrument(engine)
    recorder = import_module("pytest_querycount").Recorder
    tally = Tally()

    def end(one: Any) -> None:
        backends.pop(one)
        tally.count = one.count

    return Installed(_between(recorder, backends.push, end), seen=tally)


def debug_toolbar(engine: Engine) -> Installed:
    """Track with the SQL panel of litestar-debug-toolbar, which FastAPI's shares."""
    panel = import_module("debug_toolbar.extras.advanced_alchemy.panel")
    tracker = panel.QueryTracker()
    event = import_module("sqlalchemy.event")
    event.listen(engine, "before_cursor_execute", tracker.before_cursor_execute)
    event.listen(engine, "after_cursor_execute", tracker.after_cursor_execute)
    unit = _between(lambda: tracker, lambda it: it.start(), lambda it: it.stop())
    return Installed(unit, seen=lambda: len(tracker.queries))


def monitor(engine: Engine) -> Installed:
    """Count with fastapi-sqlalchemy-monitor, its middleware around requests."""
    middleware = import_module("fastapi_sqlalchemy_monitor").SQLAlchemyMonitor
    action = import_module("fastapi_sqlalchemy_monitor.action").Action
    tally = Tally()

    class Counted(action):  # type: ignore[misc, valid-type]
        def handle(self, statistics: Any) -> None:
            tally.count = statistics.total_invocations

    counted = Counted()
    watching = middleware(None, engine=engine, actions=[counted])

    def door(app: Any) -> Any:
        watching.app = app
        return watching

    unit = _between(
        lambda: watching,
        lambda it: it.init_statistics(),
        lambda it: counted.handle(it.statistics),
    )
    return Installed(unit, door, tally)


def easy_profile(engine: Engine) -> Installed:
    """Profile with sqlalchemy-easy-profile, which listens anew in each unit of work."""
    module = import_module("easy_profile")
    tally = Tally()

    def end(profiler: Any) -> None:
        profiler.commit()
        tally.count = len(profiler.stats["call_stack"])

    make, begin = (lambda: module.SessionProfiler(engine)), (lambda it: it.begin())
    return Installed(_between(make, begin, end), seen=tally)


def _between(
    make: Callable[[], Any], begin: Callable[[Any], object], end: Callable[[Any], object]
) -> Any:
    @contextmanager
    def unit() -> Iterator[None]:
        one = make()
        begin(one)
        try:
            yield
        finally:
            end(one)

    return unit


# Their instrumentation of SQLAlchemy refuses 2.1 and then does nothing at all.
BEFORE_2_1 = ">=2.0.20,<2.1"

RIVALS = {
    "opentelemetry": Rival(
        opentelemetry,
        ("opentelemetry-instrumentation-sqlalchemy", "opentelemetry-sdk"),
        "a span each",
        sqlalchemy=BEFORE_2_1,
    ),
    "sentry-sdk": Rival(sentry, ("sentry-sdk",), "a span and a breadcrumb each"),
    "logfire": Rival(logfire, ("logfire[sqlalchemy]",), "a span each", sqlalchemy=BEFORE_2_1),
    "scout-apm": Rival(scout, ("scout-apm",), "a span each, counts repeats"),
    "ddtrace": Rival(ddtrace, ("ddtrace",), "a span each"),
    "queryspy": Rival(queryspy, ("queryspy",), "places and findings", "analysis"),
    "pytest-queryguard": Rival(queryguard, ("pytest-queryguard",), "places and relationships"),
    "pytest-querycount": Rival(querycount, ("pytest-querycount",), "shapes and places"),
    "litestar-debug-toolbar": Rival(
        debug_toolbar, ("litestar-debug-toolbar",), "shapes and stacks"
    ),
    "fastapi-sqlalchemy-monitor": Rival(
        monitor, ("fastapi-sqlalchemy-monitor",), "counts and times", "counting"
    ),
    "sqlalchemy-easy-profile": Rival(
        easy_profile, ("sqlalchemy-easy-profile", "six"), "texts and times"
    ),
}
