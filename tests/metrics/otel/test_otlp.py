"""Over OpenTelemetry's protocol: what was caused is what arrives, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from querywatch import capture
from querywatch.sinks.opentelemetry import OpenTelemetrySink
from tests.metrics.otel.apps import build, instrumented
from tests.metrics.otel.collector import Collector, collector

pytest.importorskip("opentelemetry.exporter.otlp.proto.http")

from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

NEVER = 3_600_000.0
"""Milliseconds between two exports that nobody asked for."""


@dataclass
class Pipeline:
    """Three providers that export to one collector, when they are told to."""

    tracers: TracerProvider
    meters: MeterProvider
    loggers: LoggerProvider

    def flush(self) -> None:
        """Export what there is."""
        for provider in (self.tracers, self.meters, self.loggers):
            provider.force_flush(5_000)

    def sink(self) -> OpenTelemetrySink:
        """Make a sink on them."""
        return OpenTelemetrySink(
            meter_provider=self.meters, tracer_provider=self.tracers, logger_provider=self.loggers
        )


@contextmanager
def pipeline(to: Collector, seconds: float = 5.0) -> Iterator[Pipeline]:
    """Export to *to*, and give up after so many seconds."""
    tracers = TracerProvider(shutdown_on_exit=False)
    tracers.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(f"{to.url}/v1/traces", timeout=seconds))
    )
    exporter = OTLPMetricExporter(f"{to.url}/v1/metrics", timeout=seconds)
    meters = MeterProvider(
        [PeriodicExportingMetricReader(exporter, export_interval_millis=NEVER)],
        shutdown_on_exit=False,
    )
    loggers = LoggerProvider(shutdown_on_exit=False)
    loggers.add_log_record_processor(
        BatchLogRecordProcessor(OTLPLogExporter(f"{to.url}/v1/logs", timeout=seconds))
    )
    try:
        yield Pipeline(tracers, meters, loggers)
    finally:
        for provider in (tracers, meters, loggers):
            provider.shutdown()


def test_what_was_caused_arrives() -> None:
    """Seven requests with an N+1 of three loads, five without, and one to nowhere."""
    with collector() as received, pipeline(received) as exporting:
        client = build(instrumented(exporting, exporting.sink()))  # type: ignore[arg-type]
        for path, times in (("/sin", 7), ("/cure", 5), ("/nowhere", 1)):
            for _ in range(times):
                client.get(path)
        exporting.flush()

        assert received.values("querywatch.request.queries") == {
            ("GET", "/sin"): 7,
            ("GET", "/cure"): 5,
            ("GET", "<unmatched>"): 1,
        }
        assert received.values("querywatch.query.duration") == {
            ("SELECT", "sqlite", ""): 7 * 4 + 5 * 2
        }
        findings = received.values("querywatch.findings")
        assert {key: value for key, value in findings.items() if value} == {
            ("GET", "/sin", "n_plus_one"): 7
        }
        assert len(findings) == 3 * 8
        assert received.values("querywatch.redundant.queries")["GET", "/sin"] == 7 * 2
        assert spans(received).count("SELECT items") == 7 * 3 + 5
        assert spans(received).count("SELECT orders") == 7 + 5
        assert events(received) == ["querywatch.finding"] * 7


@pytest.mark.parametrize("trouble", ["refuses", "hangs", "is not there"])
def test_a_collector_that_does_not_answer_harms_no_request(trouble: str) -> None:
    """Requests are answered meanwhile, and nothing of ours counts as failed."""
    failures = capture.failures()
    with collector() as received:
        if trouble == "refuses":
            received.status = 400
        elif trouble == "hangs":
            received.answers.clear()
        else:
            received.url = "http://127.0.0.1:9"
        with pipeline(received, seconds=0.2) as exporting:
            client = build(instrumented(exporting, exporting.sink()))  # type: ignore[arg-type]
            for _ in range(3):
                assert client.get("/sin").json() == [["pen"], ["pen"], ["pen"]]
            exporting.flush()
            assert client.get("/sin").json() == [["pen"], ["pen"], ["pen"]]
            # Before it is let go, for then it takes what it was sent.
            assert received.metrics == []

    assert capture.failures() == failures


def spans(received: Collector) -> list[str]:
    """Name all spans that arrived from querywatch."""
    return [
        span.name
        for export in received.traces
        for resource in export.resource_spans
        for scope in resource.scope_spans
        if scope.scope.name == "querywatch"
        for span in scope.spans
    ]


def events(received: Collector) -> list[str]:
    """Name all log events that arrived."""
    return [
        record.event_name
        for export in received.logs
        for resource in export.resource_logs
        for scope in resource.scope_logs
        for record in scope.log_records
    ]
