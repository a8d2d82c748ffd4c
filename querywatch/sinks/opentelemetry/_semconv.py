"""The names that OpenTelemetry's semantic conventions give to what is told here.

Written out, for the package that holds them as constants is a beta that pins one version of the
API. The names of querywatch's own attributes and metrics have a prefix of their own.
"""

from __future__ import annotations

from typing import Final

SCHEMA_URL: Final = "https://opentelemetry.io/schemas/1.44.0"

CODE_FILE_PATH: Final = "code.file.path"
CODE_FUNCTION_NAME: Final = "code.function.name"
CODE_LINE_NUMBER: Final = "code.line.number"
DB_NAMESPACE: Final = "db.namespace"
DB_OPERATION_BATCH_SIZE: Final = "db.operation.batch.size"
DB_OPERATION_NAME: Final = "db.operation.name"
DB_QUERY_SUMMARY: Final = "db.query.summary"
DB_QUERY_TEXT: Final = "db.query.text"
DB_SYSTEM_NAME: Final = "db.system.name"
ERROR_TYPE: Final = "error.type"
HTTP_REQUEST_METHOD: Final = "http.request.method"
HTTP_ROUTE: Final = "http.route"
SERVER_ADDRESS: Final = "server.address"
SERVER_PORT: Final = "server.port"

DB_CLIENT_OPERATION_DURATION: Final = "db.client.operation.duration"

FINDING: Final = "querywatch.finding"
FINDING_CODE: Final = "querywatch.finding.code"
FINDING_COUNT: Final = "querywatch.finding.count"
FINDING_FIX: Final = "querywatch.finding.fix"
FINDING_PHASE: Final = "querywatch.finding.phase"
FINDING_SUBJECT: Final = "querywatch.finding.subject"
FINDING_TYPE: Final = "querywatch.finding.type"
FINDING_TYPES: Final = "querywatch.finding.types"
QUERY_FINGERPRINT: Final = "querywatch.query.fingerprint"
REQUEST_DB_DURATION: Final = "querywatch.request.db.duration"
REQUEST_FINDINGS: Final = "querywatch.request.findings"
REQUEST_QUERIES: Final = "querywatch.request.queries"
REQUEST_REDUNDANT_QUERIES: Final = "querywatch.request.redundant_queries"
