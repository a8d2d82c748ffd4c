"""What is recorded of a report, with the attributes of routes and statements made once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

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
    from collections.abc import Iterable

    from opentelemetry.context import Context

    from querywatch.model import Query, Report
    from querywatch.sinks._metrics.labels import Bounded
    from querywatch.sinks.opentelemetry._instruments import Instruments

Attributes: TypeAlias = "dict[str, str]"


class Route:
    """One method and route: its attributes, and all its counters at 0 from the first request."""

    __slots__ = (
        "_attributes",
        "_db_time",
        "_findings",
        "_queries",
        "_saved",
        "_time_saved",
        "_types",
        "name",
    )

    def __init__(self, instruments: Instruments, method: str, name: str) -> None:
        self.name = name
        self._queries = instruments[table.REQUEST_QUERIES].record
        self._db_time = instruments[table.REQUEST_DB_DURATION].record
        self._findings = instruments[table.FINDINGS].add
        self._saved = instruments[table.REDUNDANT_QUERIES].add
        self._time_saved = instruments[table.REDUNDANT_DB_TIME].add
        self._attributes = {table.METHOD: method, table.ROUTE: name}
        self._types: dict[str, Attributes] = {}
        # rate() sees a first finding only where there was a 0 before it.
        for type_ in FINDING_TYPES:
            self._findings(0, self._of_type(type_))
        self._saved(0, self._attributes)
        self._time_saved(0.0, self._attributes)

    def record(self, figures: Figures, context: Context) -> None:
        """Count one recording; *context* has the span that exemplars lead to."""
        attributes = self._attributes
        self._queries(figures.queries, attributes, context)
        self._db_time(figures.db_seconds, attributes, context)
        for type_, count in figures.findings.items():
            self._findings(count, self._of_type(type_), context)
        if figures.redundant_queries:
            self._saved(figures.redundant_queries, attributes, context)
            self._time_saved(figures.redundant_seconds, attributes, context)

    def _of_type(self, type_: str) -> Attributes:
        if type_ not in self._types:
            self._types[type_] = {**self._attributes, table.FINDING_TYPE: type_}
        return self._types[type_]


class Statements:
    """How long statements take, whatever route they belong to."""

    def __init__(self, instruments: Instruments, error_types: Bounded) -> None:
        self._duration = instruments[table.QUERY_DURATION]
        self._error_types = error_types
        self._attributes: dict[tuple[str, str, str | None], Attributes] = {}

    def record(self, queries: Iterable[Query], context: Context) -> None:
        """Count each of *queries*."""
        known, record = self._attributes, self._duration.record
        for query in queries:
            key = (query.dialect, operation(query.statement), query.error)
            record(query.duration, known.get(key) or self._admitted(*key), context)

    def _admitted(self, dialect: str, operation: str, error: str | None) -> Attributes:
        error = error and self._error_types(error)
        attributes = {
            table.SYSTEM: system(dialect),
            table.OPERATION: operation,
            table.ERROR_TYPE: error or "",
        }
        return self._attributes.setdefault((dialect, operation, error), attributes)


class Rows:
    """How many rows selects return, where the driver tells."""

    def __init__(self, instruments: Instruments) -> None:
        self._rows = instruments[table.QUERY_RETURNED_ROWS]

    def record(self, queries: Iterable[Query], context: Context) -> None:
        """Count the rows of *queries*; what a write tells is how many it changed."""
        for query in queries:
            if query.rows is not None and operation(query.statement) == "SELECT":
                self._rows.record(query.rows, {table.OPERATION: "SELECT"}, context)


class Fingerprints:
    """Which statements the findings object to, on which route."""

    def __init__(self, instruments: Instruments, names: Bounded) -> None:
        self._queries = instruments[table.FINGERPRINT_QUERIES]
        self._names = names

    def record(self, report: Report, route: str, context: Context) -> None:
        """Count the queries that the findings of *report* object to."""
        for statement, count in offending_statements(report).items():
            fingerprint = self._names(fingerprint_id(statement), route)
            attributes = {table.ROUTE: route, table.FINGERPRINT: fingerprint}
            self._queries.add(count, attributes, context)
