"""The units of work within one recording that adopts: judged one by one, shown as a whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from querywatch import capture
from querywatch.model import Report
from querywatch.resolve import is_write

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping, Sequence

    from querywatch.capture import OpenRecording
    from querywatch.capture.state import Part
    from querywatch.model import Finding, Query, Recording, Request


def groups_of(opened: OpenRecording) -> list[Part]:
    """Split what *opened* holds by the unit of work it ran in; its own work is one of them.

    A test that asks for one page twice repeats no statement: each request is a unit of its own.
    So is what it does itself between two requests that write: it may well look again.
    """
    records = opened.records.copy()
    if not opened.parts:
        return [(records, None)]
    # A part tells its records by identity, for it keeps the very tuples its outer one keeps.
    unit_of = {id(record): n for n, part in enumerate(opened.parts) for record in part[0]}
    groups: dict[int, list[tuple[Any, ...]]] = {}
    own, has_written = -1, False
    for record in records:
        number = unit_of.get(id(record), own)
        if number >= 0:
            has_written = has_written or is_write(record)
        elif has_written:
            number = own = own - 1
            has_written = False
        groups.setdefault(number, []).append(record)
    return [
        (some, None if number < 0 else opened.parts[number][1]) for number, some in groups.items()
    ] or [([], None)]


def request_of(scope: MutableMapping[str, Any] | None) -> Request | None:
    """Describe the request of *scope*, None where there is none."""
    if scope is None:
        return None
    from querywatch.watch.routes import describe  # noqa: PLC0415 - whoever has one has Starlette

    try:
        return describe(scope, None)
    except Exception as bug:  # noqa: BLE001 - where it came from is less than what it was
        capture.failed(bug)
        return None


def joined(whole: Recording, reports: Sequence[Report]) -> Report:
    """Put the *reports* on the parts of *whole* together, their queries numbered throughout."""
    queries: list[Query] = []
    findings: list[Finding] = []
    allowed: list[Finding] = []
    for report in reports:
        first = len(queries)
        queries += (_moved(query, first) for query in report.queries)
        numbers = range(first, first + len(report.queries))
        findings += renumbered(report.findings, numbers)
        allowed += renumbered(report.allowed, numbers)
    return Report(replace(whole, queries=tuple(queries)), merged(findings), merged(allowed))


def _moved(query: Query, first: int) -> Query:
    parent = None if query.parent is None else query.parent + first
    return query._replace(number=query.number + first, parent=parent)


def renumbered(findings: Iterable[Finding], numbers: Sequence[int]) -> list[Finding]:
    """Say of findings about a part which of the *numbers* of the whole their evidence has."""
    return [
        replace(finding, evidence=tuple(numbers[number] for number in finding.evidence))
        for finding in findings
    ]


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep of findings that are one the worst: a page asked for twice has one problem."""
    worst: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.subject, finding.used_at, finding.place)
        if key not in worst or finding.count > worst[key].count:
            worst[key] = finding
    return tuple(sorted(worst.values(), key=lambda finding: (-finding.count, finding.code)))
