"""The attributes of one statement, one place in the code, and one database, made once each."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from querywatch.sinks._metrics.figures import fingerprint_id, operation, system
from querywatch.sinks.opentelemetry import _semconv as semconv

if TYPE_CHECKING:
    from querywatch.model import CallSite, Query

Attributes: TypeAlias = "dict[str, str | int]"

MAX_TEXT: Final = 10_000
"""Characters of `db.query.text`; a longer one ends in `…`. Each span of a loop repeats it."""
_PORTS: Final = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306, "mssql": 1433, "oracle": 1521}
# Of somebody's own text the operation is not read: the conventions say not to.
_UNCOMPILED: Final = frozenset({"text", "driver"})


@lru_cache(maxsize=256)
def database(engine: str, dialect: str) -> Attributes:
    """Describe the database behind the URL that *engine* is named by."""
    attributes: Attributes = {semconv.DB_SYSTEM_NAME: system(dialect)}
    try:
        # Databases in memory are told apart by a number behind the URL.
        url = make_url(engine.partition(" #")[0])
    except (ArgumentError, ValueError):
        return attributes
    if url.database:
        # Where it is a file, its folder says more about the machine than about the database.
        name = url.database.replace("\\", "/").rpartition("/")[2]
        attributes[semconv.DB_NAMESPACE] = writable(name if dialect == "sqlite" else url.database)
    if url.host:
        attributes[semconv.SERVER_ADDRESS] = writable(url.host)
        if url.port is not None and url.port != _PORTS.get(dialect):
            attributes[semconv.SERVER_PORT] = url.port
    return attributes


@lru_cache(maxsize=1024)
def place(site: CallSite) -> Attributes:
    """Describe a line of the application."""
    attributes: Attributes = {
        semconv.CODE_FUNCTION_NAME: writable(_qualified(site)),
        semconv.CODE_FILE_PATH: writable(site.file),
    }
    if site.line:
        attributes[semconv.CODE_LINE_NUMBER] = site.line
    return attributes


@lru_cache(maxsize=1024)
def statement(text: str, summary: str) -> Attributes:
    """Describe a statement by its fingerprint: its text without values."""
    shown = text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"
    attributes: Attributes = {semconv.DB_QUERY_TEXT: writable(shown)}
    if summary:
        attributes[semconv.DB_QUERY_SUMMARY] = writable(summary)
    attributes[semconv.QUERY_FINGERPRINT] = fingerprint_id(text)
    return attributes


def summary_of(query: Query) -> str:
    """Return `db.query.summary`, which begins with BATCH for several sets of parameters."""
    if query.size > 1 and query.summary:
        return f"BATCH {query.summary}"
    return query.summary


def operation_of(query: Query) -> str:
    """Return `db.operation.name` of what SQLAlchemy wrote; "" for somebody's own text."""
    name = "" if query.origin in _UNCOMPILED else operation(query.statement)
    if name == "OTHER":
        return ""
    return f"BATCH {name}" if name and query.size > 1 else name


def writable(text: str) -> str:
    """Return *text* such that it can be written as UTF-8.

    One lone surrogate would make an exporter lose the whole batch it is part of.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _qualified(site: CallSite) -> str:
    """Name the function as it is imported, as far as the path tells."""
    module = site.file.removesuffix(".py").removesuffix("/__init__").removeprefix("src/")
    if module == site.file or module.startswith(("/", "<", ".")):
        return site.function
    return f"{module.replace('/', '.')}.{site.function}"
