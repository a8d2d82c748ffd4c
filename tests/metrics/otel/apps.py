"""One shop served by applications that are traced in each of the ways there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import fastapi
import pytest
from fastapi import BackgroundTasks, FastAPI, WebSocket
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine
from starlette.testclient import TestClient

from querywatch import QueryWatch, QueryWatchMiddleware
from tests.metrics.otel.world import World
from tests.middleware.shop import cure, shop, sin

pytest.importorskip("opentelemetry.instrumentation.fastapi")

from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

has_telemetry = hasattr(fastapi, "telemetry") or "telemetry" in FastAPI.__init__.__annotations__
needs_telemetry = pytest.mark.skipif(
    not has_telemetry, reason="FastAPI has telemetry of its own from 0.142"
)

Build = Callable[..., TestClient]


def build(app: FastAPI, engine: Engine | None = None, **client: Any) -> TestClient:
    """Give *app* its routes, on a shop of three orders unless an *engine* is given."""
    engine = engine or shop()
    app.get("/sin")(lambda: sin(engine))
    app.get("/cure")(lambda: cure(engine))
    app.get("/fails")(lambda: [sin(engine), 1 / 0])
    app.get("/stream")(lambda: StreamingResponse(_stream(engine)))
    app.add_api_route("/later", _later(engine))
    app.add_api_websocket_route("/socket", _socket(engine))
    return TestClient(app, **client)


def _stream(engine: Engine) -> Any:
    yield "["
    yield str(sin(engine))
    yield "]"


def _later(engine: Engine) -> Callable[..., str]:
    def later(tasks: BackgroundTasks) -> str:
        tasks.add_task(sin, engine)
        return "later"

    return later


def _socket(engine: Engine) -> Callable[..., Any]:
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(str(len(sin(engine))))
        await websocket.close()

    return socket


def plain(world: World, sink: Any, **options: Any) -> FastAPI:
    """Make an application that nobody traces."""
    app = FastAPI(telemetry={"tracing": False, "metrics": False}) if has_telemetry else FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[sink]), **options)
    return app


def builtin(world: World, sink: Any, **options: Any) -> FastAPI:
    """Make an application with FastAPI's own telemetry."""
    telemetry: Any = {"tracer_provider": world.tracers, "meter_provider": world.meters}
    app = FastAPI(telemetry=telemetry)
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[sink]), **options)
    return app


def instrumented(world: World, sink: Any, **options: Any) -> FastAPI:
    """Make an application that contrib's instrumentor wraps, middleware and all."""
    app = plain(world, sink, **options)
    FastAPIInstrumentor.instrument_app(app, tracer_provider=world.tracers)
    return app


def contrib_within(world: World, sink: Any, **options: Any) -> FastAPI:
    """Make an application with contrib's middleware inside of querywatch's."""
    app = FastAPI(telemetry={"tracing": False, "metrics": False}) if has_telemetry else FastAPI()
    app.add_middleware(OpenTelemetryMiddleware, tracer_provider=world.tracers)
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[sink]), **options)
    return app


def contrib_around(world: World, sink: Any, **options: Any) -> FastAPI:
    """Make an application with contrib's middleware around querywatch's."""
    app = FastAPI(telemetry={"tracing": False, "metrics": False}) if has_telemetry else FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[sink]), **options)
    app.add_middleware(OpenTelemetryMiddleware, tracer_provider=world.tracers)
    return app


TRACED = [
    pytest.param(builtin, marks=needs_telemetry, id="FastAPI's telemetry"),
    pytest.param(instrumented, id="contrib's instrumentor"),
    pytest.param(contrib_around, id="contrib's middleware around ours"),
    pytest.param(contrib_within, id="contrib's middleware within ours"),
]
