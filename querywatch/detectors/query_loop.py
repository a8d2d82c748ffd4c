"""QW103: one statement run again and again with different values from one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from querywatch.detectors.checks import Rule, check_count
from querywatch.detectors.evidence import finding, followers, grouped, is_read
from querywatch.detectors.pages import is_adjoining, is_batched, is_paginated, varying
from querywatch.model.query import field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from querywatch.model import Finding, Query, Recording

_ORIGIN: Final = field("origin")
_ORIGINS: Final = frozenset({"select", "get", "refresh", "core", "text", "driver"})
_AGGREGATES: Final = ("COUNT(", "SUM(", "MIN(", "MAX(", "AVG(")


class QueryLoop(Rule):
    """Object to one read run with *repeats* or more different values from one place."""

    by_call = True

    def __init__(self, repeats: int = 3) -> None:
        self.repeats = repeats
        check_count(self, "repeats")

    def __call__(self, recording: Recording) -> Iterator[Finding]:
        """Yield one finding per statement and place."""
        for queries in self.loops(recording):
            yield _finding(queries, recording)

    def loops(self, recording: Recording) -> Iterator[list[Query]]:
        """Yield the queries of each loop."""
        for same in recording.by_statement.values():
            if len(same) < self.repeats or not is_read(same[0]):
                continue
            if _ORIGINS.isdisjoint(map(_ORIGIN, same)):
                continue
            reads = [query for query in same if query.origin in _ORIGINS and query.values]
            for queries in grouped(reads, lambda query: query.place).values():
                if self._is_loop(queries):
                    yield queries

    def _is_loop(self, queries: list[Query]) -> bool:
        if len({query.values for query in queries}) < self.repeats:
            return False
        if is_paginated(queries) or is_batched(queries):
            return False
        # What is computed per range, GROUP BY computes at once.
        return _is_aggregate(queries[0]) or not is_adjoining(queries)


def _finding(queries: list[Query], recording: Recording) -> Finding:
    first = queries[0]
    eager = followers(queries, recording)
    kept = {query.load.subject for query in eager if query.load}
    fix = _fix(queries)
    return finding(
        "QW103",
        first.load.subject if first.origin == "select" and first.load else first.statement,
        f"{_what(first)} {len(queries):,}×",
        queries,
        recording,
        fix=fix,
        fix_at=first.used_at,
        queries_before=recording.query_count,
        queries_after=recording.query_count - len(queries) - len(eager) + 1 + len(kept),
        likely=_has_limit(first) or _has_subquery(first) or len(varying(queries)) != 1,
    )


def _what(query: Query) -> str:
    if query.origin == "refresh" and query.load:
        return f"refresh of {query.load.owner}"
    return query.summary or query.statement


def _fix(queries: Sequence[Query]) -> str:
    first = queries[0]
    if first.load and first.load.strategy in {"dynamic", "write_only"}:
        note = f'{first.load.subject} is lazy="{first.load.strategy}", which no option loads: '
        return note + _once(queries)
    if first.origin == "refresh" and first.load:
        populate = "with execution_options(populate_existing=True)"
        return f"refresh them together: one select({first.load.owner}) {populate}"
    if first.origin == "get" and first.entities:
        return f"fetch the rows once: select({first.entities[0]}).where({_condition(queries)})"
    return _once(queries)


def _once(queries: Sequence[Query]) -> str:
    first = queries[0]
    condition = _condition(queries)
    if not condition or _has_subquery(first):
        return "fetch the rows for all of them once, before the loop"
    names = _names(queries)
    if _has_limit(first):
        rank = f"row_number() over (PARTITION BY {', '.join(names)})"
        return f"fetch the rows once, the first of each by {rank}"
    clause = f".where({condition})" if first.origin in {"select", "core"} else f"WHERE {condition}"
    if _is_aggregate(first):
        group = f".group_by({', '.join(names)})"
        by = group if first.origin in {"select", "core"} else f" GROUP BY {', '.join(names)}"
        return f"compute them once: {clause}{by}"
    return f"fetch the rows once: {clause}"


def _names(queries: Sequence[Query]) -> list[str]:
    parameters = queries[0].parameters
    varied = [parameters[position] for position in varying(queries)]
    named = (parameter.name for parameter in varied if parameter.role in {"equal", "list"})
    return [name for name in dict.fromkeys(named) if name]


def _condition(queries: Sequence[Query]) -> str:
    names = _names(queries)
    if not names:
        return ""
    if queries[0].origin not in {"select", "core", "get"}:
        column = names[0] if len(names) == 1 else f"({', '.join(names)})"
        return f"{column} IN (...)"
    if len(names) == 1:
        return f"{names[0]}.in_({_plural(names[0])})"
    return f"tuple_({', '.join(names)}).in_(keys)"


def _plural(name: str) -> str:
    last = name.rpartition(".")[2]
    return "ids" if last == "id" or last.endswith("_id") else "values"


def _is_aggregate(query: Query) -> bool:
    return query.statement.upper().removeprefix("SELECT ").startswith(_AGGREGATES)


def _has_limit(query: Query) -> bool:
    return any(parameter.role in {"limit", "offset"} for parameter in query.parameters)


def _has_subquery(query: Query) -> bool:
    # A condition on the outermost select would not do what the inner one does.
    return "(SELECT " in query.statement.upper()
