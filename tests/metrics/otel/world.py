"""OpenTelemetry's SDK with everything kept in memory, and readers of what it kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.sdk._logs import LoggerProvider, LogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.metrics.view import View
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, Sampler
from opentelemetry.trace import SpanKind

from querywatch.sinks.opentelemetry import OpenTelemetrySink

Points = dict[tuple[str, ...], Any]
"""Each data point's metric and the values of its attributes, sorted by their names."""
SUMMARY = "querywatch.request.queries"


class Kept(LogRecordProcessor):
    """Keeps every log record."""

    def __init__(self) -> None:
        self.records: list[Any] = []

    def on_emit(self, log_record: Any) -> None:
        """Keep one."""
        self.records.append(log_record.log_record)

    def shutdown(self) -> None:
        """Do nothing."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Do nothing."""
        return True


@dataclass
class World:
    """Three providers, and what was told to them."""

    sampler: Sampler = ALWAYS_ON
    views: tuple[View, ...] = ()
    reader: InMemoryMetricReader = field(default_factory=InMemoryMetricReader)
    exported: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)
    kept: Kept = field(default_factory=Kept)

    def __post_init__(self) -> None:
        self.meters = MeterProvider([self.reader], views=self.views, shutdown_on_exit=False)
        self.tracers = TracerProvider(sampler=self.sampler, shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exported))
        self.loggers = LoggerProvider(shutdown_on_exit=False)
        self.loggers.add_log_record_processor(self.kept)

    def sink(self, **options: Any) -> OpenTelemetrySink:
        """Make a sink on the three providers."""
        given = {
            "meter_provider": self.meters,
            "tracer_provider": self.tracers,
            "logger_provider": self.loggers,
        }
        return OpenTelemetrySink(**{**given, **options})

    def metrics(self, scope: str = "querywatch") -> list[Any]:
        """List the metrics of one *scope*."""
        data = self.reader.get_metrics_data()
        return [
            metric
            for resource in (data.resource_metrics if data else ())
            for scoped in resource.scope_metrics
            if scoped.scope.name == scope
            for metric in scoped.metrics
        ]

    def points(self, *names: str) -> Points:
        """Read the value of each counter, the count of each histogram; of all without *names*."""
        return {
            (metric.name, *(str(value) for _, value in sorted(point.attributes.items()))): getattr(
                point, "value", None
            )
            if hasattr(point, "value")
            else point.count
            for metric in self.metrics()
            if not names or metric.name in names
            for point in metric.data.data_points
        }

    def spans(self, kind: SpanKind | None = None) -> list[ReadableSpan]:
        """List the spans that ended, in the order they did, of one *kind* or of all."""
        ended = self.exported.get_finished_spans()
        return [span for span in ended if kind is None or span.kind is kind]

    @property
    def server(self) -> ReadableSpan:
        """The one SERVER span there is."""
        (span,) = self.spans(SpanKind.SERVER)
        return span

    @property
    def statements(self) -> list[ReadableSpan]:
        """The spans that querywatch made."""
        return [span for span in self.spans() if scope_of(span) == "querywatch"]


def scope_of(span: ReadableSpan) -> str:
    """Name the library that made *span*."""
    return span.instrumentation_scope.name if span.instrumentation_scope else ""


def attributes_of(holder: Any) -> dict[str, Any]:
    """Return the attributes of a span, an event or a log record."""
    return dict(holder.attributes or {})


def summarized(spans: Iterable[ReadableSpan]) -> list[str]:
    """Name those of *spans* that have querywatch's summary."""
    return [span.name for span in spans if SUMMARY in attributes_of(span)]
