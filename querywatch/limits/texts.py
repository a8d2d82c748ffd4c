"""What ran, as a table, and a finding in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from querywatch.render.words import printable, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from querywatch.model import Finding, Query, Report

WIDTH: Final = 200
MAX_ROWS: Final = 40
_SHORT: Final = 60


class Row:
    """One statement from one place, how often it ran and for how long in all."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.count = 0
        self.seconds = 0.0


def rows_of(queries: Iterable[Query]) -> list[Row]:
    """Sum *queries* up by statement and place, in the order of first appearance."""
    rows: dict[tuple[object, ...], Row] = {}
    for query in queries:
        row = rows.setdefault((query.statement, query.used_at), Row(query))
        row.count += 1
        row.seconds += query.duration
    return list(rows.values())


def table(queries: Iterable[Query]) -> Iterator[str]:
    """Write *queries*: how often, how long, what and where."""
    rows = rows_of(queries)
    yield "    ×    ms  query"
    for row in rows[:MAX_ROWS]:
        yield f"{row.count:>5,} {row.seconds * 1e3:>5.1f}  {statement_of(row.query)}"
        yield f"{'':13}{place_of(row.query)}"
    if len(rows) > MAX_ROWS:
        yield f"{'':13}showing {MAX_ROWS} of {len(rows):,} statements"


def statement_of(query: Query, width: int = WIDTH) -> str:
    """Write the statement on one line."""
    return printable(shorten(query.statement, width))


def place_of(query: Query) -> str:
    """Say where *query* came from."""
    if query.used_at is not None:
        return printable(str(query.used_at))
    return "while a response was written" if query.serializing else "no line of the application"


def brief(finding: Finding, report: Report) -> str:
    """Write `N+1 Order.items ×12 app/shop.py:37`."""
    where = finding.used_at.location if finding.used_at else finding.place
    words = f"{finding.title} {_subject(finding, report)} ×{finding.count:,} {where}"
    return printable(words.rstrip())


def _subject(finding: Finding, report: Report) -> str:
    if finding.subject != finding.statement or not finding.evidence:
        return shorten(finding.subject, _SHORT)
    query = report.queries[finding.evidence[0]]
    return shorten(query.summary or query.statement, _SHORT)


def most_run(queries: Iterable[Query]) -> str:
    """Write `SELECT items ×7 app/shop.py:3` of what ran most often, "" when nothing ran."""
    rows = rows_of(queries)
    if not rows:
        return ""
    most = max(rows, key=lambda row: row.count)
    query = most.query
    where = query.used_at.location if query.used_at else place_of(query)
    what = shorten(query.summary or query.statement, _SHORT)
    return printable(f"{what} ×{most.count:,} {where}")
