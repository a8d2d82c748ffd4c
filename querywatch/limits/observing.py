"""Loops that could not have been seen, because there was only one row to loop over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from querywatch.render.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from querywatch.limits.limits import Limits
    from querywatch.model import Query, Report

# Session.get() and a refresh bring in one object however large the data grow.
_MANY: Final = frozenset({"select", "eager", "lazy", "text"})


def unobservable(report: Report, limits: Limits) -> Iterator[str]:
    """Say for each relationship loaded lazily for one row that nothing is proved by it.

    What a select by `id` brought in is one row by intention and left alone.
    """
    parents: dict[tuple[int, str], set[int]] = {}
    first: dict[tuple[int, str], Query] = {}
    for query in report.queries:
        if query.load is not None and _may_be_many(query, report):
            key = (query.parent or 0, query.load.subject)
            parents.setdefault(key, set()).add(query.loaded_for)
            first.setdefault(key, query)
    for key, query in first.items():
        subject = key[1]
        if len(parents[key]) == 1 and subject not in limits.allow and not _judged(report, subject):
            yield _sentence(query)


def _may_be_many(query: Query, report: Report) -> bool:
    if query.origin != "lazy" or query.parent is None:
        return False
    parent = report.queries[query.parent]
    if parent.origin not in _MANY or (parent.rows or 0) > 1:
        return False
    return not any(_is_id(slot.role, slot.name) for slot in parent.parameters)


def _is_id(role: str, name: str) -> bool:
    return role == "equal" and name.rpartition(".")[2] in {"id", "pk", "uuid"}


def _judged(report: Report, subject: str) -> bool:
    found = (*report.findings, *report.allowed)
    return any(subject in finding.subject.split(" -> ") for finding in found)


def _sentence(query: Query) -> str:
    load = query.load
    owner, subject = (load.owner, load.subject) if load else ("", "")
    where = f" {query.used_at.location}" if query.used_at else ""
    return printable(f"N+1 not observable with 1 {owner}: {subject}{where}")
