"""QW201: one statement run again with the same values."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from querywatch.detectors.checks import Rule, check_count
from querywatch.detectors.evidence import WRITES, finding, grouped, is_read, operation
from querywatch.detectors.n_plus_one import NPlusOne
from querywatch.detectors.query_loop import QueryLoop
from querywatch.model.query import field

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from querywatch.model import Finding, Query, Recording

_VALUES: Final = field("values")
_ANY: Final = ""
_SCOPED: Final = frozenset({"INSERT", "UPDATE"})
_OPERATIONS: Final = frozenset({"BATCH", "SELECT", "WITH"}) | WRITES
_ORIGINS: Final = frozenset({"select", "get", "core", "text", "driver", "lazy"})
_WRITING: Final = frozenset({"flush", "bulk", "core", "text", "driver"})


class DuplicateQuery(Rule):
    """Object to one read run *repeats* or more times with the same values.

    Repeats count only while nothing was written to their tables in between: after a write the
    answer may differ.
    """

    by_call = True

    def __init__(self, repeats: int = 2) -> None:
        self.repeats = repeats
        check_count(self, "repeats", above=1)

    def __call__(self, recording: Recording) -> Iterator[Finding]:
        """Yield one finding per statement and values."""
        repeated = [same for same in recording.by_statement.values() if self._repeats(same)]
        if not repeated:
            return
        candidates = _candidates(recording, {same[0].statement for same in repeated})
        groups = grouped(candidates, lambda pair: (pair[1], *_identity(pair[0])))
        found = [pairs for pairs in groups.values() if len(pairs) >= self.repeats]
        looped = _looped(recording) if found else frozenset()
        for pairs in found:
            queries = [query for query, _ in pairs if query.number not in looped]
            if len(queries) >= self.repeats:
                yield _finding(queries, recording)

    def _repeats(self, queries: list[Query]) -> bool:
        if len(queries) < self.repeats or not is_read(queries[0]):
            return False
        if len(set(map(_VALUES, queries))) == len(queries):
            return False
        return len({_identity(query) for query in queries}) < len(queries)


def _looped(recording: Recording) -> frozenset[int]:
    # A loop may happen to run the statement with the values repeated elsewhere: it has its own
    # finding, and must not take the repeats' with it.
    lazy = [group.queries for _, chain in NPlusOne().loops(recording) for group in chain]
    loops = [*lazy, *QueryLoop().loops(recording)]
    return frozenset([query.number for loop in loops for query in loop])


def _candidates(recording: Recording, repeated: set[str]) -> Iterator[tuple[Query, Hashable]]:
    """Yield the reads that could be repeats, with how often their tables were written before.

    *repeated* are the statements that ran with the same values more than once.
    """
    written: Counter[str] = Counter()
    before: dict[str, Hashable] = {}
    for query in recording.queries:
        if query.origin in _ORIGINS and is_read(query):
            if query.statement in repeated and _is_candidate(query):
                if query.summary not in before:
                    tables = (_ANY, *_tables(query.summary))
                    before[query.summary] = tuple([written[table] for table in tables])
                yield query, before[query.summary]
        elif query.origin in _WRITING:
            # A delete may cascade to other tables, and what a procedure does nobody knows.
            written.update(_tables(query.summary) if operation(query) in _SCOPED else (_ANY,))
            before.clear()


def _is_candidate(query: Query) -> bool:
    known = bool(query.values) or not query.parameters
    # One that failed brought no result to keep: the next is a retry.
    return known and query.error is None and " FOR UPDATE" not in query.statement


@lru_cache(maxsize=1024)
def _tables(summary: str) -> tuple[str, ...]:
    return tuple([word for word in summary.split() if word.upper() not in _OPERATIONS])


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
