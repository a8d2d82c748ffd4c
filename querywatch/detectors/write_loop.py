"""QW104: rows written one statement at a time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from querywatch.detectors.checks import Rule, check_count
from querywatch.detectors.evidence import finding, grouped, is_write, operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from querywatch.model import Finding, Query, Recording


class WriteLoop(Rule):
    """Object to *repeats* or more rows written singly from one place.

    All statements of one flush count as one act, whatever the driver makes of them.
    """

    by_call = True

    def __init__(self, repeats: int = 3) -> None:
        self.repeats = repeats
        check_count(self, "repeats")

    def __call__(self, recording: Recording) -> Iterator[Finding]:
        """Yield one finding per statement and place."""
        for same in recording.by_statement.values():
            if len(same) < self.repeats or not is_write(same[0]):
                continue
            singly = (query for query in same if query.size == 1)
            for queries in grouped(singly, lambda q: (q.place, q.flush > 0)).values():
                if self._is_loop(queries):
                    yield _finding(queries, recording)

    def _is_loop(self, queries: list[Query]) -> bool:
        acts = Counter(query.flush or -query.number - 1 for query in queries)
        # A flush that ran many was given many: chunks of an import, say.
        small = sum(statements < self.repeats for statements in acts.values())
        return small >= self.repeats and not _is_batched(queries)


def _is_batched(queries: list[Query]) -> bool:
    # Told by the rows it changed, because what is written is not kept: a list of keys, or a
    # LIMIT, took several at a time. The last batch may hold what is left.
    taken = {parameter.role for parameter in queries[0].parameters}
    # MySQL counts a row twice that it found and replaced.
    twice = " ON DUPLICATE KEY " in queries[0].statement or operation(queries[0]) == "REPLACE"
    one = 2 if twice else 1
    several = all(query.rows is not None and query.rows > one for query in queries[:-1])
    return several and not taken.isdisjoint({"list", "limit"})


def _finding(queries: list[Query], recording: Recording) -> Finding:
    first = queries[0]
    return finding(
        "QW104",
        first.statement,
        f"{first.summary or operation(first)} {len(queries):,}×, one row at a time",
        queries,
        recording,
        fix=_fix(first),
        fix_at=first.used_at,
        queries_before=recording.query_count,
        queries_after=recording.query_count - len(queries) + 1,
        likely=operation(first) != "INSERT" or first.flush > 0,
    )


def _fix(query: Query) -> str:
    if query.flush:
        return "write the rows together: one flush() or commit(), after the loop"
    if operation(query) == "DELETE":
        return "delete the rows together: one delete() with .in_(ids)"
    return "write the rows together: one execute(statement, [row, ...])"
