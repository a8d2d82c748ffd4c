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

    *sqlalchemy* is the version it is measured on, the newest one it works with.
    """

    install: Contestant
    requirements: tuple[str, ...]
    sqlalchemy: str = ">=2.1,<2.2"


def opentelemetry(engine: Engine) -> Installed:
    """Trace with OpenTelemetry's instrumentation; spans are batched and dropped."""
    sdk = import_module("opentelemetry.sdk.trace")
    export = import_module("opentelemetry.sdk.trace.export")
    memory = import_module("opentelemetry.sdk.trace.export.in_memory_span_exporter")

    class Dropped(memory.InMemorySpanExporter):  # type: ignore[misc, name-defined]
        def export(self, spans: Any) -> Any:  # noqa: ARG002
            return export.SpanExportResult.SUCCESS

    provider = sdk.TracerProvider()
    provider.add_span_processor(export.BatchSpanProcessor(Dropped()))
    instrumentor = import_module("opentelemetry.instrumentation.sqlalchemy").SQLAlchemyInstrumentor
    instrumentor().instrument(engine=engine, tracer_provider=provider)
    tracer = provider.get_tracer("benchmark")
    return Installed(lambda: tracer.start_as_current_span("benchmark"))


def sentry(_: Engine) -> Installed:
    """Trace every transaction with Sentry."""
    sdk = import_module("sentry_sdk")
    integration = import_module("sentry_sdk.integrations.sqlalchemy").SqlalchemyIntegration

    class Dropped(import_module("sentry_sdk.transport").Transport):  # type: ignore[misc]
        def capture_envelope(self, envelope: Any) -> None:
            pass

    sdk.init(
        dsn=f"http://key@{NOWHERE}/1",
        traces_sample_rate=1.0,
        integrations=[integration()],
        transport=Dropped,
    )
    return Installed(lambda: sdk.start_transaction(name="benchmark"))


def logfire(engine: Engine) -> Installed:
    """Trace with Logfire, which sends nothing and prints nothing."""
    module = import_module("logfire")
    module.configure(send_to_logfire=False, console=False)
    module.instrument_sqlalchemy(engine=engine)
    return Installed(lambda: module.span("benchmark"))


def scout(engine: Engine) -> Installed:
    """Monitor with Scout, without its agent."""
    api = import_module("scout_apm.api")
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
    return Installed(lambda: api.BackgroundTransaction("benchmark"))


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
    return Installed(lambda: tracer.trace("benchmark"))


def queryspy(_: Engine) -> Installed:
    """Record with queryspy, and ask for its findings."""
    module = import_module("queryspy")

    @contextmanager
    def unit() -> Iterator[None]:
        with module.record() as recorder:
            yield
        recorder.findings()

    return Installed(unit)


def queryguard(_: Engine) -> Installed:
    """Record with pytest-queryguard, outside pytest."""
    return Installed(import_module("pytest_queryguard.api").record_queries)


def querycount(engine: Engine) -> Installed:
    """Record with pytest-querycount, outside pytest."""
    backends = import_module("pytest_querycount.backends")
    import_module("pytest_querycount.backends.sqlalchemy").instrument(engine)
    recorder = import_module("pytest_querycount").Recorder
    return Installed(_between(recorder, backends.push, backends.pop))


def debug_toolbar(engine: Engine) -> Installed:
    """Track with the SQL panel of litestar-debug-toolbar, which FastAPI's shares."""
    panel = import_module("debug_toolbar.extras.advanced_alchemy.panel")
    tracker = panel.QueryTracker()
    event = import_module("sqlalchemy.event")
    event.listen(engine, "before_cursor_execute", tracker.before_cursor_execute)
    event.listen(engine, "after_cursor_execute", tracker.after_cursor_execute)
    return Installed(_between(lambda: tracker, lambda it: it.start(), lambda it: it.stop()))


def monitor(engine: Engine) -> Installed:
    """Count with fastapi-sqlalchemy-monitor, its middleware around requests."""
    middleware = import_module("fastapi_sqlalchemy_monitor").SQLAlchemyMonitor
    watching = middleware(None, engine=engine)

    def door(app: Any) -> Any:
        watching.app = app
        return watching

    return Installed(
        _between(lambda: watching, lambda it: it.init_statistics(), lambda _: None), door
    )


def easy_profile(engine: Engine) -> Installed:
    """Profile with sqlalchemy-easy-profile, which listens anew in each unit of work."""
    module = import_module("easy_profile")
    return Installed(lambda: module.SessionProfiler(engine))


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
        BEFORE_2_1,
    ),
    "sentry-sdk": Rival(sentry, ("sentry-sdk",)),
    "logfire": Rival(logfire, ("logfire[sqlalchemy]",), BEFORE_2_1),
    "scout-apm": Rival(scout, ("scout-apm",)),
    "ddtrace": Rival(ddtrace, ("ddtrace",)),
    "queryspy": Rival(queryspy, ("queryspy",)),
    "pytest-queryguard": Rival(queryguard, ("pytest-queryguard",)),
    "pytest-querycount": Rival(querycount, ("pytest-querycount",)),
    "litestar-debug-toolbar": Rival(debug_toolbar, ("litestar-debug-toolbar",)),
    "fastapi-sqlalchemy-monitor": Rival(monitor, ("fastapi-sqlalchemy-monitor",)),
    "sqlalchemy-easy-profile": Rival(easy_profile, ("sqlalchemy-easy-profile", "six")),
}
