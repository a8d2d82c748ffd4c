"""QW301, QW302, QW303: more than allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from querywatch.detectors.checks import Rule, check_count, check_seconds
from querywatch.detectors.evidence import finding, grouped
from querywatch.model import Finding, plural
from querywatch.model.query import field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from querywatch.model import Recording

_DURATION: Final = field("duration")


class QueryBudget(Rule):
    """Object to more than *max_queries* statements in one recording."""

    def __init__(self, max_queries: int) -> None:
        self.max_queries = max_queries
        check_count(self, "max_queries")

    def __call__(self, recording: Recording) -> Iterator[Finding]:
        """Yield one finding when the budget is exceeded."""
        count = recording.query_count
        if count > self.max_queries:
            over = f"{count - self.max_queries:,} over"
            yield Finding(
                code="QW301",
                subject=recording.label,
                message=f"{plural(count, 'query', 'queries')}, limit {self.max_queries:,} ({over})",
                count=count,
                duration=recording.db_duration,
            )


class TimeBudget(Rule):
    """Object to more than *max_seconds* of database time in one recording."""

    def __init__(self, max_seconds: float) -> None:
        self.max_seconds = max_seconds
        check_seconds(self, "max_seconds")

    def __call__(self, recording: Recording) -> Iterator[Finding]:
        """Yield one finding when the budget is exceeded."""
        duration = recording.db_duration
        if duration > self.max_seconds:
            limit = f"limit {self.max_seconds * 1e3:,.1f} ms"
            yield Finding(
                code="QW302",
                subject=recording.label,
                message=f"{duration * 1e3:,.1f} ms in the database, {limit}",
                count=recording.query_count,
                duration=duration,
            )


class SlowQuery(Rule):
    """Object to every statement that took *seconds* or more."""

    def __init__(self, seconds: float = 0.5) -> None:
        self.seconds = seconds
        check_seconds(self, "seconds")

    def __call__(self, recording: Recording) -> Iterator[Finding]:
        """Yield one finding per statement and place."""
        seconds = self.seconds
        if max(map(_DURATION, recording.queries), default=0.0) < seconds:
            return
        slow = [query for query in recording.queries if query.duration >= seconds]
        groups = grouped(slow, lambda query: (query.statement, query.place))
        for queries in groups.values():
            worst = max(query.duration for query in queries)
            what = queries[0].summary or queries[0].statement
            times = f" {len(queries):,}×, up to" if len(queries) > 1 else " took"
            yield finding(
                "QW303",
                queries[0].statement,
                f"{what}{times} {worst * 1e3:,.1f} ms, limit {self.seconds * 1e3:,.1f} ms",
                queries,
                recording,
            )
