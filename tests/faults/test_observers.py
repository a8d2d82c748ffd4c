"""Sinks, detectors and observers that somebody else wrote, and that fail."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import querywatch
from querywatch import Finding, QueryWatch, Recording, Report, capture
from querywatch.capture import state
from querywatch.watch import default_detectors
from tests.capture.library import Author, library


def _loop() -> None:
    with library() as engine, Session(engine) as session:
        for author in session.scalars(select(Author)):
            assert len(author.books) == 2


def test_a_sink_that_fails_keeps_no_other_from_its_report() -> None:
    """Each sink is handed the report, whatever those before it did."""
    delivered: list[Report] = []

    def broken(report: Report) -> None:
        raise RuntimeError("no room")

    failures = capture.failures()
    with QueryWatch(sinks=[broken, delivered.append, broken]).record() as recording:
        _loop()

    assert delivered == [recording.report]
    assert capture.failures() == failures + 2


def test_a_detector_that_fails_keeps_no_other_from_judging() -> None:
    """The rule book's findings are there beside the failure."""

    def broken(recording: Recording) -> Iterator[Finding]:
        raise RuntimeError("no idea")

    failures = capture.failures()
    with querywatch.record(detectors=[broken, *default_detectors()]) as recording:
        _loop()

    assert [finding.code for finding in recording.report.findings] == ["QW101"]
    assert capture.failures() == failures + 1


@pytest.mark.parametrize("answer", [None, 3, [None], ["QW101"]])
def test_a_detector_that_answers_nonsense_hurts_nobody(answer: Any) -> None:
    """What is no finding is a failure of the detector, not of the application."""
    failures = capture.failures()
    with querywatch.record(detectors=[lambda recording: answer]) as recording:
        _loop()

    assert recording.report.findings == ()
    assert capture.failures() > failures


def test_an_observer_of_failures_may_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who watches the watchman is guarded as well."""
    heard: list[BaseException] = []

    def broken(error: BaseException) -> None:
        raise RuntimeError("and this too")

    monkeypatch.setattr(state, "_failure_observers", [broken, heard.append])
    capture.failed(ValueError("ours"))

    assert [str(error) for error in heard] == ["ours"]


def test_a_failure_in_the_hook_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Thousands of statements write one line to the log, and each is counted."""

    def broken(*arguments: object) -> None:
        raise RuntimeError("a bug in the hook")

    monkeypatch.setattr("querywatch.capture.record.statement_of", broken)
    failures = capture.failures()
    with caplog.at_level(logging.ERROR, "querywatch"), querywatch.record():
        _loop()

    assert capture.failures() - failures >= 4
    assert len(caplog.records) == 1
    assert "carries on" in caplog.text


def test_the_applications_own_end_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only our own failures are: KeyboardInterrupt inside a hook goes through."""

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    capture.attach()
    monkeypatch.setattr("querywatch.capture.record.statement_of", interrupted)
    with (
        library() as engine,
        querywatch.record(),
        Session(engine) as session,
        pytest.raises(KeyboardInterrupt),
    ):
        session.get(Author, 1)


def test_values_that_cannot_be_compared_are_no_failure() -> None:
    """A bound value whose own methods raise is told from all others."""

    class Awkward(int):
        def __hash__(self) -> int:
            raise RuntimeError("no hash")

        def __repr__(self) -> str:
            raise RuntimeError("no text")

    failures = capture.failures()
    with library() as engine, querywatch.record() as recording, engine.connect() as connection:
        for _ in range(2):
            sql = "SELECT id FROM authors WHERE id = ?"
            connection.exec_driver_sql(sql, (Awkward(1),)).all()

    first, second = recording.report.queries
    assert first.values != second.values
    assert recording.report.findings == ()
    assert capture.failures() == failures
