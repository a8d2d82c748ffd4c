"""`db.client.operation.duration`, for dashboards that were made for anybody's metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from querywatch.sinks._metrics import table
from querywatch.sinks.opentelemetry import _details as details
from querywatch.sinks.opentelemetry import _semconv as semconv

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentelemetry.context import Context
    from opentelemetry.metrics import Meter

    from querywatch.model import Query
    from querywatch.sinks._metrics.labels import Bounded

MAX_SUMMARIES: Final = 100
MAX_DATABASES: Final = 20
"""Values of two attributes that nothing else bounds: an application may have a database for each
of its customers."""


class Operations:
    """Records each statement by the semantic conventions' name and attributes."""

    def __init__(
        self, meter: Meter, databases: Bounded, summaries: Bounded, error_types: Bounded
    ) -> None:
        self._duration = meter.create_histogram(
            semconv.DB_CLIENT_OPERATION_DURATION,
            "s",
            "Duration of database client operations.",
            explicit_bucket_boundaries_advisory=table.SECONDS,
        )
        self._databases = databases
        self._summaries = summaries
        self._error_types = error_types
        self._attributes: dict[tuple[Any, ...], dict[str, Any]] = {}

    def record(self, queries: Iterable[Query], context: Context) -> None:
        """Record each of *queries*; one with several sets of parameters is one operation."""
        for query in queries:
            self._duration.record(query.duration, self._of(query), context)

    def _of(self, query: Query) -> dict[str, Any]:
        summary = self._summaries(details.summary_of(query)) if query.summary else ""
        error = self._error_types(query.error) if query.error else ""
        engine = self._databases(query.engine)
        key = (engine, query.dialect, details.operation_of(query), summary, error)
        return self._attributes.get(key) or self._attributes.setdefault(key, _attributes(*key))


def _attributes(
    engine: str, dialect: str, operation: str, summary: str, error: str
) -> dict[str, Any]:
    attributes: dict[str, Any] = dict(details.database(engine, dialect))
    told = {
        semconv.DB_OPERATION_NAME: operation,
        semconv.DB_QUERY_SUMMARY: summary,
        semconv.ERROR_TYPE: error,
    }
    return attributes | {name: value for name, value in told.items() if value}
