"""Findings as events: one log record each, whose name is `querywatch.finding`."""

from __future__ import annotations

from time import time_ns
from typing import TYPE_CHECKING, Any

from opentelemetry._logs import SeverityNumber, get_logger

from querywatch.model.version import version
from querywatch.sinks._metrics.figures import finding_type
from querywatch.sinks.opentelemetry import _details as details
from querywatch.sinks.opentelemetry import _semconv as semconv

if TYPE_CHECKING:
    from opentelemetry._logs import LoggerProvider
    from opentelemetry.context import Context

    from querywatch.model import Finding, Query, Report


class Events:
    """Emits the findings through a logger of *provider*, or of the global one for None.

    Where there is none, nothing is emitted.
    """

    def __init__(self, provider: LoggerProvider | None) -> None:
        self._logger = get_logger("querywatch", version(), provider, semconv.SCHEMA_URL)

    def emit(self, report: Report, context: Context) -> None:
        """Emit one event for each finding of *report*, as part of the trace of *context*."""
        for finding in report.findings:
            self._logger.emit(
                timestamp=time_ns(),
                context=context,
                severity_number=SeverityNumber.WARN,
                severity_text="WARN",
                body=details.writable(finding.headline),
                attributes=attributes_of(finding, report),
                event_name=semconv.FINDING,
            )


def attributes_of(finding: Finding, report: Report) -> dict[str, Any]:
    """Describe *finding*; what is not known is left out."""
    query = _example(finding, report)
    attributes: dict[str, Any] = {
        semconv.FINDING_TYPE: finding_type(finding),
        semconv.FINDING_CODE: details.writable(finding.code),
        semconv.FINDING_SUBJECT: details.writable(finding.subject),
        semconv.FINDING_COUNT: finding.count,
    }
    if finding.fix:
        attributes[semconv.FINDING_FIX] = details.writable(finding.cure)
    if finding.statement:
        same = query is not None and query.statement == finding.statement
        summary = query.summary if same and query is not None else ""
        attributes |= details.statement(finding.statement, summary)
    if query is not None:
        attributes[semconv.FINDING_PHASE] = "serialization" if query.serializing else "application"
    if finding.used_at is not None:
        attributes |= details.place(finding.used_at)
    request = report.recording.request
    if request is not None:
        attributes[semconv.HTTP_REQUEST_METHOD] = request.method
        attributes[semconv.HTTP_ROUTE] = details.writable(request.route)
    return attributes


def _example(finding: Finding, report: Report) -> Query | None:
    for number in finding.evidence:
        if 0 <= number < len(report.queries):
            return report.queries[number]
    return None
