"""What a report amounts to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from querywatch import detectors
from querywatch.model import Finding, Recording, Report
from querywatch.sinks._metrics.figures import (
    FINDING_TYPES,
    figures_of,
    fingerprint_id,
    offending_statements,
    operation,
    seconds_saved,
    system,
)
from tests.metrics.shared.reports import SELECT, loop, query, report


def test_a_request_is_counted_under_its_method_and_route() -> None:
    """Queries that were not kept count as well."""
    figures = figures_of(report(queries=[query()] * 3, dropped=2, dropped_duration=0.5))

    assert (figures.method, figures.route) == ("GET", "/orders")
    assert figures.queries == 5
    assert figures.db_seconds == pytest.approx(0.506)


def test_a_recording_that_is_no_request_is_counted_under_its_label() -> None:
    """A job has no method."""
    figures = figures_of(Report(Recording("nightly import")))

    assert (figures.method, figures.route) == ("", "nightly import")


@pytest.mark.parametrize("method", ["BREW", "get", "GET "])
def test_a_method_nobody_knows_is_other(method: str) -> None:
    """Clients may send any word."""
    assert figures_of(report(method=method)).method == "_OTHER"


@pytest.mark.parametrize("method", ["GET", "QUERY", "WEBSOCKET"])
def test_a_known_method_is_kept(method: str) -> None:
    """Those of HTTP, and the middleware's word for a WebSocket."""
    assert figures_of(report(method=method)).method == method


def test_a_report_without_findings_has_nothing_to_save() -> None:
    """Queries alone are no objection."""
    figures = figures_of(report(queries=[query()] * 30))

    assert (figures.findings, figures.redundant_queries, figures.redundant_seconds) == ({}, 0, 0)


def test_what_a_fix_saves_is_the_queries_it_predicts_and_their_share_of_the_time() -> None:
    """Four loads of two milliseconds become one: three of them are saved."""
    figures = figures_of(loop(4))

    assert figures.findings == {"n_plus_one": 1}
    assert figures.redundant_queries == 3
    assert figures.redundant_seconds == pytest.approx(0.006)


def test_an_allowed_finding_counts_for_nothing() -> None:
    """Somebody has looked at it."""
    judged = loop(4)
    figures = figures_of(replace(judged, findings=(), allowed=judged.findings))

    assert (figures.findings, figures.redundant_queries, figures.redundant_seconds) == ({}, 0, 0)


@pytest.mark.parametrize(
    "finding",
    [
        Finding("QW301", "GET /orders", "60 queries, limit 50", count=60, duration=1.0),
        Finding("QW101", "A.b", "", count=0, duration=1.0, queries_before=2, queries_after=2),
        Finding("QW101", "A.b", "", count=2, duration=1.0, queries_before=2, queries_after=3),
    ],
)
def test_a_finding_without_a_saving_saves_no_time(finding: Finding) -> None:
    """No fix is known, or it would not make less of it."""
    assert seconds_saved(finding) == 0
    assert figures_of(report(findings=[finding])).redundant_queries == 0


def test_no_fix_saves_more_time_than_the_repeats_took() -> None:
    """A chained fix saves queries beside those it is counted by."""
    finding = Finding("QW101", "A.b", "", count=2, duration=1.0, queries_before=9, queries_after=1)

    assert seconds_saved(finding) == 1.0


def test_the_finding_types_are_those_of_the_detectors_there_are() -> None:
    """A new detector's type has to begin at 0 as well."""
    words = [
        "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]
        for name in detectors.__all__
    ]

    assert sorted(words) == sorted(FINDING_TYPES)


def test_the_code_of_a_foreign_detector_is_other() -> None:
    """The types are a closed list."""
    finding = Finding("SHOP1", "orders", "too many orders")

    assert figures_of(report(findings=[finding])).findings == {"_OTHER": 1}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (SELECT, "SELECT"),
        ("select 1", "SELECT"),
        ("(SELECT 1) UNION (SELECT 2)", "SELECT"),
        ("INSERT INTO items (id) VALUES (?)", "INSERT"),
        ("UPDATE items SET id = ?", "UPDATE"),
        ("DELETE FROM items", "DELETE"),
        ("WITH a AS (SELECT 1) SELECT * FROM a", "SELECT"),
        ("WITH a AS (DELETE FROM items RETURNING id) SELECT * FROM a", "OTHER"),
        ("WITH a AS (SELECT 1) INSERT INTO items SELECT * FROM a", "OTHER"),
        ("CREATE TABLE items (id INTEGER)", "OTHER"),
        ("CALL restock(?)", "OTHER"),
        ("", "OTHER"),
    ],
)
def test_the_operation_is_one_of_five_words(statement: str, expected: str) -> None:
    """The label cannot take any other value."""
    assert operation(statement) == expected


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("sqlite", "sqlite"),
        ("postgresql", "postgresql"),
        ("mssql", "microsoft.sql_server"),
        ("oracle", "oracle.db"),
        ("", "other_sql"),
    ],
)
def test_the_system_is_named_as_the_conventions_do(dialect: str, expected: str) -> None:
    """Most dialects are called what OpenTelemetry calls the system."""
    assert system(dialect) == expected


def test_statements_that_findings_object_to_are_counted_once_each() -> None:
    """Two findings may have a query in common; what no finding names does not count."""
    judged = loop(4)
    again = replace(judged.findings[0], code="QW303", evidence=(1, 2, 99))

    assert offending_statements(replace(judged, findings=(*judged.findings, again))) == {SELECT: 4}


def test_the_digits_of_a_fingerprint_stay_the_same_and_tell_statements_apart() -> None:
    """Dashboards outlive processes."""
    assert fingerprint_id(SELECT) == "b0478a0a2d08fd4f"
    assert fingerprint_id(SELECT) != fingerprint_id(SELECT + " ")
    assert len(fingerprint_id("SELECT '\udcff'")) == 16
