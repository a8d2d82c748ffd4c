"""What counts of a report: everything but the queries that only made the rows of a test."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from querywatch.model import Finding, Report


class Counted:
    """A *report* without the queries numbered in *made*, nor the objections to them alone.

    `count` includes queries that were not kept, `seconds` is what all took in the driver.
    """

    def __init__(self, report: Report, made: Iterable[int] = ()) -> None:
        self.report = report
        self.made = frozenset(made)
        self.queries = [query for query in report.queries if query.number not in self.made]
        self.count = report.recording.query_count - len(self.made)
        kept = fsum(query.duration for query in self.queries)
        self.seconds = kept + report.recording.dropped_duration
        self.findings = tuple(one for one in report.findings if not self._is_about_made(one))

    def _is_about_made(self, finding: Finding) -> bool:
        return bool(finding.evidence) and self.made.issuperset(finding.evidence)
