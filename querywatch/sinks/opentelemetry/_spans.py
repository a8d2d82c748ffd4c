"""Spans of statements, made once the recording is over from what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from opentelemetry.trace import SpanKind, Status, StatusCode, get_tracer

from querywatch.model.version import version
from querywatch.sinks.opentelemetry import _details as details
from querywatch.sinks.opentelemetry import _semconv as semconv

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, TracerProvider

    from querywatch.model import Query, Report

MAX_SPANS: Final = 1_000
"""Spans of one recording; its statements beyond that have none, and its summary counts them."""
_NANOSECONDS: Final = 1_000_000_000


def is_sampled(span: Span) -> bool:
    """Tell whether *span* is part of a trace that somebody keeps.

    Where there is none, statements are no traces of their own.
    """
    context = span.get_span_context()
    return context.is_valid and context.trace_flags.sampled


class Spans:
    """Makes a CLIENT span for each statement, below the span of the request or the job."""

    def __init__(self, provider: TracerProvider | None) -> None:
        self._tracer = get_tracer("querywatch", version(), provider, semconv.SCHEMA_URL)

    def make(self, report: Report, context: Context) -> None:
        """Make the spans of *report*, below the current one of *context*."""
        began = report.recording.started
        for query in report.queries[:MAX_SPANS]:
            self._make(query, began, context)

    def _make(self, query: Query, began: float, context: Context) -> None:
        started = int((began + query.started) * _NANOSECONDS)
        attributes = _attributes(query)
        span = self._tracer.start_span(
            str(attributes.get(semconv.DB_QUERY_SUMMARY) or attributes[semconv.DB_SYSTEM_NAME]),
            context=context,
            kind=SpanKind.CLIENT,
            attributes=attributes,
            start_time=started,
        )
        if query.error:
            span.set_status(Status(StatusCode.ERROR))
        span.end(started + int(query.duration * _NANOSECONDS))


def _attributes(query: Query) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        **details.database(query.engine, query.dialect),
        **details.statement(query.statement, details.summary_of(query)),
    }
    if operation := details.operation_of(query):
        attributes[semconv.DB_OPERATION_NAME] = operation
    if query.size > 1:
        attributes[semconv.DB_OPERATION_BATCH_SIZE] = query.size
    if query.stack:
        attributes |= details.place(query.stack[0])
    if query.error:
        attributes[semconv.ERROR_TYPE] = details.writable(query.error)
    return attributes
