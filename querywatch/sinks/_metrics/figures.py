"""The numbers of one report, as every exporter records them."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from hashlib import blake2s
from typing import TYPE_CHECKING, Final, NamedTuple

from querywatch.model.finding import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from querywatch.model import Finding, Report

FINDING_TYPES: Final = (
    "n_plus_one",
    "column_loop",
    "query_loop",
    "write_loop",
    "duplicate_query",
    "query_budget",
    "time_budget",
    "slow_query",
)
"""The kinds of finding there are, counted from 0 on every route: `rate()` sees no first finding
of a series that begins at 1."""
METHODS: Final = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"}
    | {"WEBSOCKET"}
)
OPERATIONS: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
SYSTEMS: Final = {
    "mssql": "microsoft.sql_server",
    "oracle": "oracle.db",
}
"""Dialects whose name is not that of the system: `db.system.name` of the semantic conventions."""

_OTHER_METHOD: Final = "_OTHER"
_OTHER_TYPE: Final = "_OTHER"
_OTHER_OPERATION: Final = "OTHER"


class Figures(NamedTuple):
    """What a report amounts to; times are seconds.

    `method` is "" for a recording that was no request, and `route` then its label. Neither was
    through a limiter yet. `findings` counts the findings of each type, without those of which
    there are none.
    """

    method: str
    route: str
    queries: int
    db_seconds: float
    findings: Mapping[str, int]
    redundant_queries: int
    redundant_seconds: float


def figures_of(report: Report) -> Figures:
    """Add *report* up; findings that somebody allowed count for nothing."""
    recording = report.recording
    request = recording.request
    method, route = ("", recording.label) if request is None else (request.method, request.route)
    findings: dict[str, int] = {}
    saved, seconds = 0, 0.0
    for finding in report.findings:
        name = finding_type(finding)
        findings[name] = findings.get(name, 0) + 1
        saved += max(0, finding.queries_saved)
        seconds += seconds_saved(finding)
    return Figures(
        method if method in METHODS or not method else _OTHER_METHOD,
        route,
        recording.query_count,
        recording.db_duration,
        findings,
        saved,
        seconds,
    )


def finding_type(finding: Finding) -> str:
    """Name the kind of *finding*; a code of somebody else's detector is `_OTHER`."""
    return KINDS.get(finding.code, _OTHER_TYPE)


def seconds_saved(finding: Finding) -> float:
    """Estimate the seconds that the fix saves: the share of the repeats that it does away with."""
    if finding.count < 1:
        return 0.0
    share = finding.queries_saved / finding.count
    return finding.duration * min(1.0, max(0.0, share))


def system(dialect: str) -> str:
    """Name the database system as `db.system.name` does; `other_sql` where no dialect is known."""
    return SYSTEMS.get(dialect, dialect) or "other_sql"


@lru_cache(maxsize=1024)
def operation(statement: str) -> str:
    """Name what *statement* does: SELECT, INSERT, UPDATE, DELETE or OTHER.

    A statement that begins with WITH is a SELECT unless it writes.
    """
    first = statement.lstrip("( ").split(" ", 1)[0].upper()
    if first == "WITH":
        words = {word.strip("()").upper() for word in statement.split()}
        return _OTHER_OPERATION if words & (OPERATIONS - {"SELECT"}) else "SELECT"
    return first if first in OPERATIONS else _OTHER_OPERATION


@lru_cache(maxsize=1024)
def fingerprint_id(statement: str) -> str:
    """Return the 16 hexadecimal digits that stand for a fingerprint where its text cannot."""
    return blake2s(statement.encode("utf-8", "backslashreplace"), digest_size=8).hexdigest()


def offending_statements(report: Report) -> Counter[str]:
    """Count the queries that the findings object to, by their statement."""
    queries = report.queries
    numbers = {number for finding in report.findings for number in finding.evidence}
    return Counter(queries[number].statement for number in numbers if number < len(queries))
