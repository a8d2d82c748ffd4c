"""The series of routes and of statements, each looked up once and kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from querywatch.sinks._metrics import table
from querywatch.sinks._metrics.figures import (
    FINDING_TYPES,
    Figures,
    fingerprint_id,
    offending_statements,
    operation,
    system,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from querywatch.model import Query, Report
    from querywatch.sinks._metrics.labels import Bounded
    from querywatch.sinks.prometheus._families import Families

    Observe = Callable[[float], None]


class Route:
    """The series of one method and route, all there from the first request on."""

    __slots__ = ("_db_time", "_findings", "_queries", "_saved", "_time_saved", "_type", "name")

    def __init__(self, families: Families, method: str, name: str) -> None:
        labels = (method, name)
        self.name = name
        self._queries = families[table.REQUEST_QUERIES].labels(*labels).observe
        self._db_time = families[table.REQUEST_DB_DURATION].labels(*labels).observe
        self._saved = families[table.REDUNDANT_QUERIES].labels(*labels).inc
        self._time_saved = families[table.REDUNDANT_DB_TIME].labels(*labels).inc
        self._type = partial(families[table.FINDINGS].labels, *labels)
        # rate() sees a first finding only where there was a 0 before it.
        self._findings = {name: self._type(name).inc for name in FINDING_TYPES}

    def record(self, figures: Figures, exemplar: Mapping[str, str] | None) -> None:
        """Count one recording."""
        self._queries(figures.queries, exemplar)
        self._db_time(figures.db_seconds, exemplar)
        for type_, count in figures.findings.items():
            (self._findings.get(type_) or self._type(type_).inc)(count, exemplar)
        if figures.redundant_queries:
            self._saved(figures.redundant_queries)
            self._time_saved(figures.redundant_seconds)


class Statements:
    """How long statements take, whatever route they belong to."""

    def __init__(self, families: Families, error_types: Bounded) -> None:
        self._durations = families[table.QUERY_DURATION]
        self._error_types = error_types
        self._observe: dict[tuple[str, str, str | None], Observe] = {}

    def record(self, queries: Iterable[Query]) -> None:
        """Count each of *queries*."""
        known = self._observe
        for query in queries:
            key = (query.dialect, operation(query.statement), query.error)
            (known.get(key) or self._admitted(*key))(query.duration)

    def _admitted(self, dialect: str, operation: str, error: str | None) -> Observe:
        error = error and self._error_types(error)
        observe: Observe = self._durations.labels(system(dialect), operation, error or "").observe
        return self._observe.setdefault((dialect, operation, error), observe)


class Rows:
    """How many rows selects return, where the driver tells."""

    def __init__(self, families: Families) -> None:
        self._observe = families[table.QUERY_RETURNED_ROWS].labels("SELECT").observe

    def record(self, queries: Iterable[Query]) -> None:
        """Count the rows of *queries*; what a write tells is how many it changed."""
        for query in queries:
            if query.rows is not None and operation(query.statement) == "SELECT":
                self._observe(query.rows)


class Fingerprints:
    """Which statements the findings object to, on which route."""

    def __init__(self, families: Families, names: Bounded) -> None:
        self._queries = families[table.FINGERPRINT_QUERIES]
        self._names = names

    def record(self, report: Report, route: str) -> None:
        """Count the queries that the findings of *report* object to."""
        for statement, count in offending_statements(report).items():
            name = self._names(fingerprint_id(statement), route)
            self._queries.labels(route, name).inc(count)
