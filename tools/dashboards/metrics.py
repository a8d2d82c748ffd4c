"""The names of the metrics, as `querywatch.sinks` exports them."""

from __future__ import annotations

from querywatch.sinks._metrics import table

QUERIES = table.REQUEST_QUERIES.name
DB_TIME = table.REQUEST_DB_DURATION.name
FINDINGS = table.FINDINGS.name
REDUNDANT_QUERIES = table.REDUNDANT_QUERIES.name
REDUNDANT_TIME = table.REDUNDANT_DB_TIME.name
STATEMENT_TIME = table.QUERY_DURATION.name
CONNECTIONS = table.POOL_CONNECTIONS.name
MAX_CONNECTIONS = table.POOL_CONNECTIONS_MAX.name
PENDING = table.POOL_PENDING.name
WAIT = table.POOL_WAIT.name
HOLD = table.POOL_HOLD.name
TIMEOUTS = table.POOL_TIMEOUTS.name
OVERFLOW = table.LABEL_OVERFLOW.name
OVERHEAD = table.OVERHEAD.name
FINGERPRINTS = table.FINGERPRINT_QUERIES.name

REQUESTS = f"{QUERIES}_count"
