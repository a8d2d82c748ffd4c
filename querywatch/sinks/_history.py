"""What the console has already said, route by route, within bounds."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from querywatch.model import Finding, Query, Report

MAX_ROUTES: Final = 1_000
MAX_FINDINGS: Final = 200

Key = tuple[str, str, str, int]


@dataclass
class Route:
    """What was seen on one route: each finding, how often, and the queries it came with."""

    seen: dict[Key, int] = field(default_factory=dict)
    findings: dict[Key, Finding] = field(default_factory=dict)
    cured: set[Key] = field(default_factory=set)
    queries: int = 0


class History:
    """The routes and the findings on them, the longest unused forgotten beyond the bounds.

    `forgotten` counts them.
    """

    def __init__(self, max_routes: int = MAX_ROUTES) -> None:
        self.max_routes = max_routes
        self.forgotten = 0
        self._routes: OrderedDict[str, Route] = OrderedDict()

    def note(self, report: Report) -> tuple[list[int], str]:
        """Take *report* in: how often each finding was seen by now, and what was fixed."""
        route = self._route(report.recording.label)
        keys = [_key(finding) for finding in report.findings]
        fixed = "" if keys else ", ".join(_fixed(route, report))
        outcome = f"ok, was {route.queries:,}: {fixed} fixed" if fixed else ""
        if keys:
            route.queries = report.recording.query_count
        findings = zip(keys, report.findings, strict=True)
        return [self._count(route, key, finding) for key, finding in findings], outcome

    def _route(self, label: str) -> Route:
        route = self._routes.setdefault(label, Route())
        self._routes.move_to_end(label)
        if len(self._routes) > self.max_routes:
            self._routes.popitem(last=False)
            self.forgotten += 1
        return route

    def _count(self, route: Route, key: Key, finding: Finding) -> int:
        times = route.seen.get(key, 0) + 1
        if times == 1 and len(route.seen) >= MAX_FINDINGS:
            _forget(route, next(iter(route.seen)))
            self.forgotten += 1
        route.seen[key] = times
        route.findings[key] = finding
        return times


def _fixed(route: Route, report: Report) -> Iterator[str]:
    lazily = {query.load.subject for query in report.queries if query.load and _is_late(query)}
    for key, finding in list(route.findings.items()):
        # A route that sins on one branch only would be cured by every other request: what came
        # back once is not called fixed again.
        if key in route.cured or not _is_cured(finding, lazily, report.recording.query_count):
            continue
        if len(route.cured) < MAX_FINDINGS:
            route.cured.add(key)
            _forget(route, key)
            yield f"{finding.code} {finding.subject}"


def _is_late(query: Query) -> bool:
    # An eager loader too tells what it loads for which objects.
    return query.origin in {"lazy", "column"}


def _is_cured(finding: Finding, lazily: set[str], count: int) -> bool:
    # No rows, no loop: only a request that did as much work as the cured one would proves it.
    if finding.queries_after is None or finding.subject in lazily:
        return False
    return count >= finding.queries_after


def _forget(route: Route, key: Key) -> None:
    del route.seen[key]
    del route.findings[key]


def _key(finding: Finding) -> Key:
    site = finding.used_at
    file, line = (site.file, site.line) if site else (finding.place, 0)
    return finding.code, finding.subject, file, line
