"""The request's own span: a summary as attributes, and its findings as events for who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from querywatch.sinks._metrics.figures import figures_of
from querywatch.sinks.opentelemetry import _semconv as semconv
from querywatch.sinks.opentelemetry._findings import attributes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from querywatch.model import Report
    from querywatch.sinks.opentelemetry._following import Following


class Summary:
    """Tells the span of a request what its report will say, while the span is still open.

    With *events* each finding becomes an event of the span, once.
    """

    def __init__(self, *, events: bool) -> None:
        self._events = events

    def before_response_ends(self, judge: Callable[[], Report], request: Following) -> None:
        """Tell the span, which may end with the response; *judge* only what somebody records."""
        if request.leaves().is_recording():
            self.tell(judge(), request)

    def tell(self, report: Report, request: Following) -> None:
        """Tell the span of *request*, or tell it anew."""
        span = request.span
        span.set_attributes(_summary(report))
        if self._events and not request.told:
            request.told = bool(report.findings)
            for finding in report.findings:
                span.add_event(semconv.FINDING, attributes_of(finding, report))


def _summary(report: Report) -> dict[str, Any]:
    figures = figures_of(report)
    return {
        semconv.REQUEST_QUERIES: figures.queries,
        semconv.REQUEST_DB_DURATION: figures.db_seconds,
        semconv.REQUEST_REDUNDANT_QUERIES: figures.redundant_queries,
        semconv.REQUEST_FINDINGS: sum(figures.findings.values()),
        semconv.FINDING_TYPES: sorted(figures.findings),
    }
