"""Reports made by hand, for sinks to count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from querywatch.model import Finding, Query, Recording, Report
from querywatch.model.recording import Request

SELECT = "SELECT items.id FROM items WHERE items.order_id = ?"


def query(statement: str = SELECT, **more: Any) -> Query:
    """Make a query of two milliseconds on SQLite."""
    return Query(0, statement, **{"dialect": "sqlite", "duration": 0.002, **more})


def report(
    route: str = "/orders",
    queries: Iterable[Query] = (),
    findings: Iterable[Finding] = (),
    *,
    method: str = "GET",
    **more: Any,
) -> Report:
    """Make the report on one request; *more* are fields of the recording."""
    request = Request(method, route, "list_orders", 200)
    recording = Recording(request.label, tuple(queries), request=request, **more)
    return Report(recording, tuple(findings))


def loop(count: int = 4, statement: str = SELECT) -> Report:
    """Make the report on an N+1: one query, and *count* lazy loads that one could replace.

    The loads take two milliseconds each.
    """
    queries = [query("SELECT orders.id FROM orders"), *[query(statement)] * count]
    found = Finding(
        "QW101",
        "Order.items",
        f"Order.items lazy-loaded {count}×",
        count=count,
        duration=0.002 * count,
        statement=statement,
        evidence=tuple(range(1, count + 1)),
        queries_before=count + 1,
        queries_after=2,
    )
    return report(queries=queries, findings=[found])
