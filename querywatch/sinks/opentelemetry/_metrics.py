"""Everything the sink counts, made for one meter and its options."""

from __future__ import annotations

from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final

from querywatch.sinks._metrics import table
from querywatch.sinks._metrics.figures import figures_of
from querywatch.sinks._metrics.labels import MAX_ERROR_TYPES, MAX_FINGERPRINTS, Bounded
from querywatch.sinks._metrics.routes import Routes
from querywatch.sinks.opentelemetry import _semconv as semconv
from querywatch.sinks.opentelemetry._instruments import instruments
from querywatch.sinks.opentelemetry._operations import MAX_DATABASES, MAX_SUMMARIES, Operations
from querywatch.sinks.opentelemetry._series import Fingerprints, Route, Rows, Statements

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.metrics import Meter

    from querywatch.model import Report


OVERHEAD_STEP: Final = 0.001
"""Seconds of querywatch's own time that are counted at once, for counting takes time itself."""


class Metrics:
    """Records reports with instruments of *meter*."""

    def __init__(
        self,
        meter: Meter,
        *,
        max_routes: int,
        fingerprints: bool,
        returned_rows: bool,
        pools: bool,
    ) -> None:
        self._meter = meter
        made = instruments(meter, table.REQUEST_METRICS)
        self._overflow = made[table.LABEL_OVERFLOW]
        self._overhead = made[table.OVERHEAD]
        # The names of pools have a limit of their own.
        self._limited = [{table.LABEL_NAME: table.POOL}] if pools else []
        self._introduced = False
        self._owed = 0.0
        self._lock = Lock()
        self._errors = self._limiter(table.ERROR_TYPE, MAX_ERROR_TYPES)
        self._routes = Routes(partial(Route, made), self._limiter(table.ROUTE, max_routes))
        self._statements = Statements(made, self._errors)
        self._rows = self._fingerprints = None
        if returned_rows:
            self._rows = Rows(instruments(meter, [table.QUERY_RETURNED_ROWS]))
        if fingerprints:
            names = self._limiter(table.FINGERPRINT, MAX_FINGERPRINTS)
            counted = instruments(meter, [table.FINGERPRINT_QUERIES])
            self._fingerprints = Fingerprints(counted, names)

    def operations(self) -> Operations:
        """Make the metric of the semantic conventions, on the same meter."""
        return Operations(
            self._meter,
            self._limiter(semconv.DB_NAMESPACE, MAX_DATABASES),
            self._limiter(semconv.DB_QUERY_SUMMARY, MAX_SUMMARIES),
            self._errors,
        )

    def record(self, report: Report, context: Context) -> None:
        """Count *report*."""
        if not self._introduced:
            self._introduce()
        figures = figures_of(report)
        route = self._routes.of(figures.method, figures.route)
        route.record(figures, context)
        self._statements.record(report.queries, context)
        if self._rows is not None:
            self._rows.record(report.queries, context)
        if self._fingerprints is not None and report.findings:
            self._fingerprints.record(report, route.name, context)

    def took(self, seconds: float) -> None:
        """Count what querywatch itself cost."""
        with self._lock:
            self._owed += seconds
            if self._owed < OVERHEAD_STEP:
                return
            seconds, self._owed = self._owed, 0.0
        self._overhead.add(seconds)

    def _introduce(self) -> None:
        # Not before there is a report: by then a global provider has most likely been set.
        self._introduced = True
        self._overhead.add(0.0)
        for attributes in self._limited:
            self._overflow.add(0, attributes)

    def _limiter(self, attribute: str, limit: int) -> Bounded:
        attributes = {table.LABEL_NAME: attribute}
        self._limited.append(attributes)
        return Bounded(limit, partial(self._overflow.add, 1, attributes))
