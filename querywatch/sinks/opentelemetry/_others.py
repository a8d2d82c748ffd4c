"""Who else traces the database: where somebody does, its spans and metrics are not made twice."""

from __future__ import annotations

import sys
from typing import Final

from opentelemetry import context

_ROOM: Final = "opentelemetry.instrumentation"
INSTRUMENTORS: Final = {
    "sqlalchemy": "SQLAlchemyInstrumentor",
    "aiopg": "AiopgInstrumentor",
    "asyncpg": "AsyncPGInstrumentor",
    "mysql": "MySQLInstrumentor",
    "mysqlclient": "MySQLClientInstrumentor",
    "psycopg": "PsycopgInstrumentor",
    "psycopg2": "Psycopg2Instrumentor",
    "pymssql": "PyMSSQLInstrumentor",
    "pymysql": "PyMySQLInstrumentor",
    "sqlite3": "SQLite3Instrumentor",
}
"""The instrumentors of opentelemetry-python-contrib that make spans of statements."""


def others_instrument() -> bool:
    """Tell whether SQLAlchemy or a driver is instrumented by somebody else.

    One that was never imported instruments nothing, so none is imported for this.
    """
    return any(_is_active(f"{_ROOM}.{module}", kind) for module, kind in INSTRUMENTORS.items())


def is_suppressed() -> bool:
    """Tell whether instrumentation is switched off in this context."""
    utils = sys.modules.get(f"{_ROOM}.utils")
    if utils is not None:
        return not utils.is_instrumentation_enabled()
    key = getattr(context, "_SUPPRESS_INSTRUMENTATION_KEY", "suppress_instrumentation")
    return bool(context.get_value(key))


def _is_active(module: str, kind: str) -> bool:
    loaded = sys.modules.get(module)
    instrumentor = getattr(loaded, kind, None)
    # Instrumentors are singletons: making one answers with the one there is.
    return instrumentor is not None and instrumentor().is_instrumented_by_opentelemetry
