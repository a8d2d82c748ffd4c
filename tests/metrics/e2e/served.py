"""The bookshop with both exporters: `uvicorn --factory tests.metrics.e2e.served:create_app`.

One load, and all ways out can be compared: the sink for Prometheus at /metrics, the sink for
OpenTelemetry over its own protocol and, through its exporter for Prometheus, at
/metrics/opentelemetry.
"""

from __future__ import annotations

import os

from fastapi import FastAPI
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Tracer, format_trace_id
from prometheus_client import REGISTRY, CollectorRegistry
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from example_app import main
from example_app.database import Database
from example_app.settings import Settings
from querywatch.sinks.opentelemetry import OpenTelemetrySink
from querywatch.sinks.prometheus import metrics_app
from tests.metrics.e2e.load import TRACE_HEADER

COLLECTOR = "TEST_COLLECTOR"
"""The environment variable that says where the collector takes metrics."""
TRANSLATED = "/metrics/opentelemetry"
EXPORT_MILLISECONDS = 200


def create_app() -> FastAPI:
    """Build the bookshop, with a provider of meters and one of traces."""
    resource = Resource({"service.name": "bookshop", "service.instance.id": str(os.getpid())})
    translated = PrometheusMetricReader()
    # Both expositions have the same names, so they cannot be in one registry.
    REGISTRY.unregister(translated._collector)
    registry = CollectorRegistry()
    registry.register(translated._collector)
    pushed = PeriodicExportingMetricReader(
        OTLPMetricExporter(os.environ[COLLECTOR]), EXPORT_MILLISECONDS
    )
    meters = MeterProvider([translated, pushed], resource, shutdown_on_exit=False)
    database = Database.from_settings(Settings.from_environment())
    sink = OpenTelemetrySink(meter_provider=meters, pools=database.named())
    app = main.create_app(database=database, sinks=[sink])
    app.router.routes.append(Route(TRANSLATED, metrics_app(registry)))
    tracer = TracerProvider(resource=resource).get_tracer("bookshop")
    app.add_middleware(Traced, tracer=tracer)
    return app


class Traced:
    """A span around each request to *app*, whose trace the response names."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self.app = app
        self.tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request within its span."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with self.tracer.start_as_current_span("request") as span:
            trace = format_trace_id(span.get_span_context().trace_id).encode()

            async def named(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], (TRACE_HEADER.encode(), trace)]
                await send(message)

            await self.app(scope, receive, named)
