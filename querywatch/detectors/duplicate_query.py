"""QW201: one statement run again with the same values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from querywatch.detectors.evidence import finding, grouped, is_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from querywatch.model import Finding, Query, Recording

_ORIGINS: Final = frozenset({"select", "get", "core", "text", "driver", "lazy"})


@dataclass(frozen=True)
class DuplicateQuery:
    """Object to one read run *repeats* or more times with the same values.

    Repeats count only while nothing was written in between: after a write the answer may differ.
    """

    repeats: int = 2

    def __call__(self, recording: Recording) -> Iterator[Finding]:
        """Yield one finding per statement and values."""
        candidates = list(_candidates(recording))
        groups = grouped(candidates, lambda pair: (pair[1], *_identity(pair[0])))
        for pairs in groups.values():
            if len(pairs) >= self.repeats:
                yield _finding([query for query, _ in pairs], recording)


def _candidates(recording: Recording) -> Iterator[tuple[Query, int]]:
    """Yield the reads that could be repeats, with the number of writes before each."""
    writes = 0
    for query in recording.queries:
        if query.origin in _ORIGINS and is_read(query):
            known = bool(query.values) or not query.parameters
            # One that failed brought no result to keep: the next is a retry.
            if known and query.error is None and " FOR UPDATE" not in query.statement:
                yield query, writes
        elif query.origin in {"flush", "bulk", "core", "text", "driver"}:
            writes += 1


def _identity(query: Query) -> tuple[object, ...]:
    return (query.statement, query.values, query.engine)


def _finding(queries: list[Query], recording: Recording) -> Finding:
    first, *repeats = queries
    return finding(
        "QW201",
        first.statement,
        f"{first.summary or first.statement} {len(queries):,}× with the same values",
        queries,
        recording,
        shown=repeats,
        loaded_at=None if first.used_at == repeats[0].used_at else first.used_at,
        fix="run it once and keep the result",
        fix_at=first.used_at,
        queries_before=recording.query_count,
        queries_after=recording.query_count - len(repeats),
    )
