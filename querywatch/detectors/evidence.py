"""What every detector needs to say about the queries it objects to."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from math import fsum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from querywatch.model import Finding
from querywatch.model.query import field

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from querywatch.model import CallSite, Query, Recording

T = TypeVar("T")
WRITES: Final = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "UPSERT"})
READS: Final = frozenset({"SELECT", "WITH", "VALUES", "TABLE"})
# Behind WITH a write stands in a parenthesis or after one: FOR UPDATE and replace() do not.
_WRITING: Final = r"(?i)[()]\s*(?:INSERT|UPDATE|DELETE|MERGE|REPLACE)\s"
_CATALOG: Final = re.compile(
    r"\b(?:pg_catalog|information_schema)\.|\bsqlite_(?:master|schema)\b|\b(?:FROM|JOIN) sys\.",
    re.IGNORECASE,
)
# Pure functions of a text that hundreds of queries share.
_remembered: Final = lru_cache(maxsize=1024)
_CALLERS: Final = 3
_DURATION: Final = field("duration")
_NUMBER: Final = field("number")
_PLACE: Final = field("place")
_LOADS: Final = frozenset({"lazy", "eager", "column"})


def operation(query: Query) -> str:
    """Return the first word of the statement, in capitals."""
    return _operation(query.statement)


def is_write(query: Query) -> bool:
    """Tell a statement that changes rows."""
    return _writes(query.statement)


def is_read(query: Query) -> bool:
    """Tell a statement that reads rows of the application's own tables.

    Not a ping or a function call, which read no table, and not a look into the catalog.
    """
    return _reads(query.statement)


@_remembered
def _operation(text: str) -> str:
    return text.lstrip("( ").split(" ", 1)[0].upper()


@_remembered
def _writes(text: str) -> bool:
    first = _operation(text)
    return first in WRITES or (first == "WITH" and re.search(_WRITING, text) is not None)


@_remembered
def _reads(text: str) -> bool:
    if _operation(text) not in READS or _writes(text):
        return False
    source = text.upper().partition(" FROM ")[2]
    # DUAL is how Oracle and MySQL spell "no table".
    return source not in {"", "DUAL"} and _CATALOG.search(text) is None


def grouped(items: Iterable[T], key: Callable[[T], Hashable]) -> dict[Hashable, list[T]]:
    """Group *items* by what *key* returns, in the order of first appearance."""
    groups: dict[Hashable, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def finding(
    code: str,
    subject: str,
    message: str,
    queries: Sequence[Query],
    recording: Recording,
    *,
    shown: Sequence[Query] = (),
    **more: Any,
) -> Finding:
    """Make a finding about *queries*; the place is that of *shown*, by default of them all."""
    typical = _typical(shown or queries)
    return Finding(
        code=code,
        subject=subject,
        message=message,
        count=more.pop("count", len(queries)),
        duration=fsum(map(_DURATION, queries)),
        statement=typical.statement,
        used_at=typical.used_at,
        callers=typical.stack[1 : 1 + _CALLERS],
        place="" if typical.used_at else _place(typical, recording),
        evidence=tuple(sorted(map(_NUMBER, queries))),
        **more,
    )


def _typical(queries: Sequence[Query]) -> Query:
    places = list(map(_PLACE, queries))
    if len(set(places)) == 1:
        return queries[0]
    counts = Counter(places)
    return queries[places.index(max(counts, key=counts.__getitem__))]


def _place(query: Query, recording: Recording) -> str:
    request = recording.request
    if not query.serializing:
        where = f" of {request.label}" if request else ""
        return f"a task{where} that no line of the application was running"
    where = f"response of {request.label}" if request else "serialization"
    endpoint = f" (endpoint {request.endpoint})" if request and request.endpoint else ""
    field = f", field {query.load.subject.rpartition('.')[2]}" if query.load else ""
    return where + endpoint + field


def root_of(query: Query, recording: Recording) -> Query | None:
    """Return the query to edit: the one that everything above *query* was loaded for.

    None where that ran before the recording began.
    """
    above = query.parent
    while above is not None:
        parent = recording.queries[above]
        if parent.origin not in _LOADS:
            return parent
        above = parent.parent
    return None


def followers(queries: Sequence[Query], recording: Recording) -> list[Query]:
    """List the statements that eager loaders ran for *queries*."""
    if "eager" not in recording.origins:
        return []
    numbers = {query.number for query in queries}
    return [
        query for query in recording.queries if query.origin == "eager" and query.parent in numbers
    ]


def loaded_at(root: Query | None) -> CallSite | None:
    """Return the line of the query to edit."""
    return root.used_at if root else None
