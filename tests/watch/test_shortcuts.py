"""What is not worked out twice, or not at all: the report says the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from querywatch import Finding, QueryWatch, Recording
from querywatch.settings import Settings
from querywatch.watch.defaults import default_detectors
from tests.capture.library import Author, library

LIMITS = Settings(max_queries=1, max_db_seconds=0.001)


def at_least_one(recording: Recording) -> Iterator[Finding]:
    """Object to a unit of work that asked the database nothing."""
    if not recording.query_count:
        yield Finding("QW301", recording.label, "no query at all")


@pytest.mark.parametrize("detector", default_detectors(LIMITS), ids=repr)
def test_the_rule_book_has_nothing_to_say_of_nothing(detector: object) -> None:
    """Which is why it is not asked."""
    assert callable(detector)
    assert list(detector(Recording("nothing"))) == []


def test_a_detector_of_ones_own_is_asked_about_nothing_too() -> None:
    """It may miss a query; beside one there is nothing to miss."""
    watch = QueryWatch(detectors=[at_least_one])
    with library() as engine:
        with watch.record("idle") as idle:
            pass
        with watch.record("busy") as busy, Session(engine) as session:
            session.scalars(select(Author)).all()

    assert [finding.message for finding in idle.report.findings] == ["no query at all"]
    assert busy.report.findings == ()


def test_what_was_peeked_at_is_not_judged_again() -> None:
    """The same findings, a longer duration; another statement, and it is judged anew."""
    asked: list[int] = []

    def count(recording: Recording) -> Iterator[Finding]:
        asked.append(recording.query_count)
        return iter(())

    watch = QueryWatch(detectors=[count])
    with library() as engine, watch.record() as recording, Session(engine) as session:
        session.scalars(select(Author)).all()
        first = recording.peek()
        second = recording.peek()
        session.scalars(select(Author)).all()

    assert asked == [1, 2]
    assert second.queries is first.queries
    assert second.recording.duration > first.recording.duration
    assert len(recording.report.queries) == 2


def test_a_report_tells_what_making_it_took() -> None:
    """In seconds, peeks included, and less than the whole recording lasted in all."""
    with library() as engine, QueryWatch().record() as recording:
        with Session(engine) as session:
            session.scalars(select(Author)).all()
        peeked = recording.peek().recording.overhead

    assert 0 < peeked < recording.report.recording.overhead < 60


def test_sinks_of_ones_own_leave_the_settings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who adds a sink still has the limits of the environment; settings given in code win."""
    monkeypatch.setenv("QUERYWATCH_MAX_QUERIES", "7")

    assert QueryWatch(sinks=[print]).settings.max_queries == 7
    assert QueryWatch(sinks=[print], settings=Settings()).settings.max_queries is None
