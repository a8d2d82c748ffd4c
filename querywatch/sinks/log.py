"""One log record for each finding."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from querywatch.model.version import version
from querywatch.sinks._silence import Silence

if TYPE_CHECKING:
    from querywatch.model import CallSite, Finding, Report, Request


class LogSink:
    """Log each finding on the logger named *logger*, at *level*.

    The message is the finding's first line and its fix. Everything else is in one attribute of
    the record, `querywatch`: a dictionary of plain values, so no name clashes with a formatter's.
    """

    def __init__(self, logger: str = "querywatch", level: int = logging.WARNING) -> None:
        self.logger = logging.getLogger(logger)
        self.level = level
        self._silence = Silence()

    def __call__(self, report: Report) -> None:
        """Log what *report* objects to."""
        if not self.logger.isEnabledFor(self.level):
            return
        recording = report.recording
        if remark := self._silence.remark(report):
            self.logger.log(self.level, "%s", remark)
        for finding in report.findings:
            details = {
                **_finding(finding),
                **_request(recording.request),
                "recording": recording.label,
                "queries": recording.query_count,
                "db_duration": recording.db_duration,
            }
            fix = f"  fix: {finding.cure}" if finding.fix else ""
            # The text goes in as an argument: a statement may hold a percent sign.
            self.logger.log(
                self.level, "%s%s", finding.headline, fix, extra={"querywatch": details}
            )

    def announce(self, mode: str) -> None:
        """Log that querywatch is on."""
        self.logger.info("querywatch %s on (mode %s)", version(), mode)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "kind": finding.kind,
        "subject": finding.subject,
        "count": finding.count,
        "duration": finding.duration,
        "statement": finding.statement,
        **_site(finding.used_at),
        "place": finding.place,
        "loaded_at": finding.loaded_at.location if finding.loaded_at else None,
        "fix": finding.fix,
        "fix_at": finding.fix_at.location if finding.fix_at else None,
        "queries_saved": finding.queries_saved,
    }


def _site(site: CallSite | None) -> dict[str, Any]:
    if site is None:
        return {"file": None, "line": None, "function": None}
    return {"file": site.file, "line": site.line, "function": site.function}


def _request(request: Request | None) -> dict[str, Any]:
    if request is None:
        return {"method": None, "route": None, "endpoint": None, "status": None}
    return {
        "method": request.method,
        "route": request.route,
        "endpoint": request.endpoint,
        "status": request.status,
    }
