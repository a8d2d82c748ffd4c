"""One log record per finding."""

from __future__ import annotations

import json
import logging

import pytest

from querywatch.model import CallSite, Finding, Query, Recording, Report, Request
from querywatch.sinks import LogSink

SITE = CallSite("app/shop.py", 36, "list_orders", "for o in session.scalars(select(Order)):")
FINDING = Finding(
    "QW101",
    "Order.items",
    "Order.items lazy-loaded 12×",
    count=12,
    duration=0.0043,
    statement="SELECT items.id FROM items WHERE name LIKE '%s' AND ? = items.order_id",
    used_at=CallSite("app/shop.py", 37, "list_orders"),
    loaded_at=SITE,
    fix="add .options(selectinload(Order.items))",
    fix_at=SITE,
    queries_before=13,
    queries_after=2,
)
REPORT = Report(
    Recording(
        "GET /orders",
        (Query(0, "SELECT 1", duration=0.25),),
        request=Request("GET", "/orders", "list_orders", 200),
    ),
    (FINDING,),
)


def test_a_finding_is_one_record_with_headline_and_fix(caplog: pytest.LogCaptureFixture) -> None:
    """The message alone tells what happened, where, and what to write."""
    LogSink()(REPORT)

    assert caplog.record_tuples == [
        (
            "querywatch",
            logging.WARNING,
            (
                "QW101 N+1: Order.items lazy-loaded 12× at app/shop.py:37 in list_orders()"
                "  [4.3 ms]  fix: app/shop.py:36  add .options(selectinload(Order.items))"
                "   13 → 2 queries"
            ),
        )
    ]


def test_everything_else_is_in_one_nested_attribute(caplog: pytest.LogCaptureFixture) -> None:
    """Plain values under one name: no clash with a formatter's own names."""
    LogSink()(REPORT)

    details = caplog.records[0].__dict__["querywatch"]
    assert json.loads(json.dumps(details)) == {
        "code": "QW101",
        "kind": "n_plus_one",
        "subject": "Order.items",
        "count": 12,
        "duration": 0.0043,
        "statement": FINDING.statement,
        "file": "app/shop.py",
        "line": 37,
        "function": "list_orders",
        "place": "",
        "loaded_at": "app/shop.py:36",
        "fix": "add .options(selectinload(Order.items))",
        "fix_at": "app/shop.py:36",
        "queries_saved": 11,
        "method": "GET",
        "route": "/orders",
        "endpoint": "list_orders",
        "status": 200,
        "recording": "GET /orders",
        "queries": 1,
        "db_duration": 0.25,
    }


def test_a_report_without_findings_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A quiet request leaves a quiet log."""
    with caplog.at_level(logging.DEBUG):
        LogSink()(Report(REPORT.recording))

    assert caplog.records == []


def test_a_finding_without_site_fix_or_request_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Not everything is known of every finding."""
    LogSink()(Report(Recording("job"), (Finding("QW301", "job", "51 queries, limit 50"),)))

    details = caplog.records[0].__dict__["querywatch"]
    assert caplog.records[0].getMessage() == "QW301 query budget: 51 queries, limit 50  [0.0 ms]"
    assert (details["file"], details["route"], details["fix_at"]) == (None, None, None)


def test_logger_and_level_can_be_chosen(caplog: pytest.LogCaptureFixture) -> None:
    """An application may route findings by its own names."""
    with caplog.at_level(logging.INFO, "app.sql"):
        LogSink("app.sql", logging.INFO)(REPORT)

    assert [record[:2] for record in caplog.record_tuples] == [("app.sql", logging.INFO)]


def test_a_level_nobody_listens_to_costs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A disabled logger gets no record."""
    with caplog.at_level(logging.CRITICAL, "querywatch"):
        LogSink()(REPORT)

    assert caplog.records == []


def test_twenty_requests_without_sql_are_remarked_on_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Never a silent zero, in a log no more than on a terminal."""
    sink = LogSink()
    silent = Report(Recording("GET /", engines=1, request=Request("GET", "/")))

    for _ in range(60):
        sink(silent)

    assert [record.getMessage() for record in caplog.records] == [
        (
            "no SQL seen in 20 requests. Engines seen: 1."
            " Raw drivers (asyncpg, psycopg) are not watched."
        )
    ]


def test_sql_seen_once_makes_the_remark_unnecessary(caplog: pytest.LogCaptureFixture) -> None:
    """The twin: somebody is watching."""
    sink = LogSink()
    silent = Report(Recording("GET /", request=Request("GET", "/")))

    sink(Report(REPORT.recording))
    for _ in range(60):
        sink(silent)

    assert caplog.records == []
