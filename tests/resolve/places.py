"""Look up the lines that a test expects to be named."""

from __future__ import annotations

from pathlib import Path

from querywatch import Query, Report

FOREIGN = (
    "sqlalchemy/",
    "sqlite3/",
    "aiosqlite/",
    "greenlet/",
    "asyncio/",
    "concurrent/",
    "threading.py",
    "starlette/",
    "fastapi/",
    "anyio/",
    "httpx/",
    "jinja2/",
    "pydantic/",
    "contextlib.py",
    "functools.py",
    "_pytest/",
    "pluggy/",
    "querywatch/",
)


def only(report: Report, origin: str = "") -> Query:
    """Return the one query of a report, or the one of *origin*."""
    (query,) = (query for query in report.queries if not origin or query.origin == origin)
    return query


def functions(query: Query) -> list[str]:
    """List the functions of the stack, innermost first."""
    return [site.function for site in query.stack]


def marked(file: str, mark: str) -> int:
    """Return the line of *file* that ends in the comment *mark*."""
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    (number,) = (n for n, line in enumerate(lines, 1) if line.endswith(f"  # {mark}"))
    return number


def is_clean(report: Report) -> bool:
    """Tell whether every frame of every query is the application's own."""
    sites = [site for query in report.queries for site in query.stack]
    return not any(site.file.startswith(FOREIGN) for site in sites)
