"""What querywatch raises and warns with: one root to catch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from querywatch.model import Report


class QueryWatchError(Exception):
    """Root of everything querywatch raises on purpose."""


class ConfigurationError(QueryWatchError, ValueError):
    """An option has a value it cannot have; the text names both."""


class FindingsError(QueryWatchError, AssertionError):
    """A report has findings and somebody asked for that to be an error.

    It carries the whole `report`; its text is made only when it is asked for.
    """

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        report = self.report
        lines = [f"{report.recording.label}: {report.totals}"]
        for finding in report.findings:
            lines.append(finding.headline)
            if finding.fix:
                lines.append(f"  fix  {finding.cure}")
        return "\n".join(lines)


class QueryWatchWarning(UserWarning):
    """A finding shown as a Python warning at the application's own line."""


class NPlusOneWarning(QueryWatchWarning):
    """A finding of the N+1 family (QW1xx) shown as a Python warning."""
