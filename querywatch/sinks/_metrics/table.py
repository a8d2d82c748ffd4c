"""The metrics: one row each, from which every exporter makes its own instrument.

Both exporters follow this table, so that one dashboard and one file of rules serve them all: an
instrument's name and its attributes become the Prometheus name and labels by the rules of
OpenTelemetry's Prometheus exporter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["histogram", "counter", "gauge"]

SECONDS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0)
"""Bounds of durations: what the semantic conventions advise for `db.client.operation.duration`."""
QUERIES: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
ROWS: Final = (
    *(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0),
    *(1_000.0, 2_000.0, 5_000.0, 10_000.0),
)

METHOD: Final = "http.request.method"
ROUTE: Final = "http.route"
FINDING_TYPE: Final = "querywatch.finding.type"
SYSTEM: Final = "db.system.name"
OPERATION: Final = "db.operation.name"
ERROR_TYPE: Final = "error.type"
POOL: Final = "db.client.connection.pool.name"
STATE: Final = "db.client.connection.state"
LABEL_NAME: Final = "querywatch.label.name"
FINGERPRINT: Final = "querywatch.query.fingerprint"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: its name in Prometheus and in OpenTelemetry, and what it measures.

    `unit` is UCUM's (`s`, `{query}`). `attributes` are OpenTelemetry's names, in the order the
    exporters give their values; `labels` are the same for Prometheus. `buckets` are upper bounds,
    empty for anything but a histogram.
    """

    name: str
    otel_name: str
    unit: str
    kind: Kind
    help: str
    attributes: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The attributes as Prometheus spells them."""
        return tuple(attribute.replace(".", "_") for attribute in self.attributes)


_BY_ROUTE: Final = (METHOD, ROUTE)

REQUEST_QUERIES: Final = Metric(
    "querywatch_request_queries",
    "querywatch.request.queries",
    "{query}",
    "histogram",
    "Statements per request.",
    _BY_ROUTE,
    QUERIES,
)
REQUEST_DB_DURATION: Final = Metric(
    "querywatch_request_db_duration_seconds",
    "querywatch.request.db.duration",
    "s",
    "histogram",
    "Time a request spent in the database driver, summed over its statements.",
    _BY_ROUTE,
    SECONDS,
)
FINDINGS: Final = Metric(
    "querywatch_findings_total",
    "querywatch.findings",
    "{finding}",
    "counter",
    "Findings, by the kind of rule that objected.",
    (*_BY_ROUTE, FINDING_TYPE),
)
REDUNDANT_QUERIES: Final = Metric(
    "querywatch_redundant_queries_total",
    "querywatch.redundant.queries",
    "{query}",
    "counter",
    "Statements that the fixes of the findings would save.",
    _BY_ROUTE,
)
REDUNDANT_DB_TIME: Final = Metric(
    "querywatch_redundant_db_time_seconds_total",
    "querywatch.redundant.db_time",
    "s",
    "counter",
    "Database time that the fixes of the findings would save.",
    _BY_ROUTE,
)
QUERY_DURATION: Final = Metric(
    "querywatch_query_duration_seconds",
    "querywatch.query.duration",
    "s",
    "histogram",
    "Time one statement spent in the database driver.",
    (SYSTEM, OPERATION, ERROR_TYPE),
    SECONDS,
)
QUERY_RETURNED_ROWS: Final = Metric(
    "querywatch_query_returned_rows",
    "querywatch.query.returned_rows",
    "{row}",
    "histogram",
    "Rows one statement returned, where the driver tells.",
    (OPERATION,),
    ROWS,
)
POOL_CONNECTIONS: Final = Metric(
    "querywatch_pool_connections",
    "querywatch.pool.connections",
    "{connection}",
    "gauge",
    "Open connections of a pool, by what they are doing.",
    (POOL, STATE),
)
POOL_CONNECTIONS_MAX: Final = Metric(
    "querywatch_pool_connections_max",
    "querywatch.pool.connections.max",
    "{connection}",
    "gauge",
    "Connections a pool may open at most; absent where there is no limit.",
    (POOL,),
)
POOL_PENDING: Final = Metric(
    "querywatch_pool_pending_requests",
    "querywatch.pool.pending_requests",
    "{request}",
    "gauge",
    "Callers that wait for a connection of a pool.",
    (POOL,),
)
POOL_WAIT: Final = Metric(
    "querywatch_pool_wait_duration_seconds",
    "querywatch.pool.wait.duration",
    "s",
    "histogram",
    "Time from asking a pool for a connection to having it.",
    (POOL,),
    SECONDS,
)
POOL_HOLD: Final = Metric(
    "querywatch_pool_hold_duration_seconds",
    "querywatch.pool.hold.duration",
    "s",
    "histogram",
    "Time from taking a connection out of a pool to giving it back.",
    (POOL,),
    SECONDS,
)
POOL_TIMEOUTS: Final = Metric(
    "querywatch_pool_timeouts_total",
    "querywatch.pool.timeouts",
    "{timeout}",
    "counter",
    "Callers that a pool had no connection for in time.",
    (POOL,),
)
LABEL_OVERFLOW: Final = Metric(
    "querywatch_label_overflow_total",
    "querywatch.label_overflow",
    "{value}",
    "counter",
    "Measurements counted under <other> because their label had too many values already.",
    (LABEL_NAME,),
)
OVERHEAD: Final = Metric(
    "querywatch_overhead_seconds_total",
    "querywatch.overhead",
    "s",
    "counter",
    "Time querywatch took to resolve and judge recordings and to count them here.",
)
FINGERPRINT_QUERIES: Final = Metric(
    "querywatch_fingerprint_queries_total",
    "querywatch.fingerprint.queries",
    "{query}",
    "counter",
    "Statements that findings object to, by their fingerprint.",
    (ROUTE, FINGERPRINT),
)

REQUEST_METRICS: Final = (
    REQUEST_QUERIES,
    REQUEST_DB_DURATION,
    FINDINGS,
    REDUNDANT_QUERIES,
    REDUNDANT_DB_TIME,
    QUERY_DURATION,
    LABEL_OVERFLOW,
    OVERHEAD,
)
"""What a sink exports without being asked."""
POOL_METRICS: Final = (
    POOL_CONNECTIONS,
    POOL_CONNECTIONS_MAX,
    POOL_PENDING,
    POOL_WAIT,
    POOL_HOLD,
    POOL_TIMEOUTS,
)
"""What it exports with `pools`."""
METRICS: Final = (
    *REQUEST_METRICS,
    QUERY_RETURNED_ROWS,
    FINGERPRINT_QUERIES,
    *POOL_METRICS,
)
"""Every row."""
