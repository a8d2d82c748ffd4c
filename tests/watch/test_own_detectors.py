"""A detector of the application's own: its findings go wherever those of the rule book go."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, select

import querywatch
from querywatch import Finding, QueryWatch, Recording, Report
from querywatch.analysis import analyze
from querywatch.detectors import NPlusOne
from querywatch.sinks import ConsoleSink, LogSink
from tests.detectors.scenes import ORDERS, lazy, recording


def too_chatty(recording: Recording) -> Iterator[Finding]:
    """Object to any query at all."""
    if recording.queries:
        yield Finding("SHOP1", "the catalogue", "the catalogue was asked", evidence=(0,))


def ask(watch: QueryWatch) -> Report:
    """Run one statement."""
    with watch.record("job") as recorder, create_engine("sqlite://").connect() as connection:
        connection.execute(select(1))
    return recorder.report


def test_its_finding_is_shown_under_its_own_code() -> None:
    """The code stands where a rule's code and name would."""
    stream = io.StringIO()

    ask(QueryWatch(detectors=[too_chatty], sinks=[ConsoleSink(stream=stream)]))

    assert "  SHOP1: the catalogue was asked  [0.0 ms]\n" in stream.getvalue()


def test_its_finding_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """With the code as its kind."""
    with caplog.at_level(logging.WARNING, logger="querywatch"):
        ask(QueryWatch(detectors=[too_chatty], sinks=[LogSink()]))

    (record,) = caplog.records
    details = vars(record)["querywatch"]
    assert (details["code"], details["kind"]) == ("SHOP1", "SHOP1")


def test_its_finding_is_written_and_read_again() -> None:
    """As JSON, like any other."""
    report = ask(QueryWatch(detectors=[too_chatty]))

    assert Report.from_json(report.to_json()) == report
    assert json.loads(report.to_json())["findings"][0]["kind"] == "SHOP1"


def test_it_can_be_allowed_by_its_code() -> None:
    """Like a rule of the book."""
    with querywatch.allow("SHOP1", reason="nightly"):
        report = ask(QueryWatch(detectors=[too_chatty]))

    assert not report.findings
    assert [finding.code for finding in report.allowed] == ["SHOP1"]


def test_it_takes_no_query_from_a_rule() -> None:
    """Two objections to one query stand beside each other, whatever the codes sort like."""
    scene = recording(ORDERS, [lazy(1), lazy(2)])

    def first(recording: Recording) -> Iterator[Finding]:
        yield Finding("A1", "orders", "too many", evidence=tuple(range(len(recording.queries))))

    report = analyze(scene, [first, NPlusOne()])

    assert sorted(finding.code for finding in report.findings) == ["A1", "QW101"]
