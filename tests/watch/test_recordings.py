"""What a recording holds: bounded, complete at its end, and judged as its watch says."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

import querywatch
from querywatch import ConfigurationError, FindingsError, QueryWatch, Recording, Report
from querywatch.settings import Settings
from querywatch.watch import Recorder
from tests.capture.library import Book, library
from tests.watch.scenes import codes, loop


def test_queries_beyond_the_limit_are_counted() -> None:
    """A recording keeps so many queries and counts the rest, with their time."""
    watch = QueryWatch(settings=Settings.load(max_recorded=5))

    with library() as engine, watch.record() as recording, engine.connect() as connection:
        for number in range(12):
            connection.execute(text("SELECT :n"), {"n": number})

    recorded = recording.report.recording
    assert len(recorded.queries) == 5
    assert recorded.dropped == 7
    assert recorded.query_count == 12
    assert recorded.dropped_duration > 0
    assert recording.report.totals.startswith("12 queries")


def test_the_limit_itself_is_not_beyond_it() -> None:
    """As many queries as the limit are all kept."""
    watch = QueryWatch(settings=Settings.load(max_recorded=5))

    with library() as engine, watch.record() as recording, engine.connect() as connection:
        for number in range(5):
            connection.execute(text("SELECT :n"), {"n": number})

    assert recording.report.recording.dropped == 0


def test_each_of_two_nested_recordings_has_its_own_limit() -> None:
    """What the inner recording drops the outer one may keep."""
    small = QueryWatch(settings=Settings.load(max_recorded=1))

    with (
        library() as engine,
        querywatch.record() as outer,
        small.record() as inner,
        engine.connect() as connection,
    ):
        for number in range(3):
            connection.execute(text("SELECT :n"), {"n": number})

    assert (len(inner.report.queries), inner.report.recording.dropped) == (1, 2)
    assert (len(outer.report.queries), outer.report.recording.dropped) == (3, 0)


def test_a_block_that_raises_still_has_its_report() -> None:
    """The application's exception passes through, and what ran before it is judged."""

    def fail(engine: Engine) -> None:
        loop(engine)
        raise ZeroDivisionError

    with library() as engine, pytest.raises(ZeroDivisionError), querywatch.record() as recording:
        fail(engine)

    assert codes(recording.report) == ["QW101"]


def test_peeking_judges_what_ran_so_far_and_ends_nothing() -> None:
    """`peek()` twice and the report at the end: each holds what had run by then."""
    delivered: list[Report] = []
    watch = QueryWatch(sinks=[delivered.append])

    with library() as engine, watch.record() as recording:
        before = recording.peek()
        loop(engine)
        during = recording.peek()
        so_far, seconds = recording.queries_so_far()

    assert (codes(before), codes(during)) == ([], ["QW101"])
    assert so_far == 4
    assert 0 < seconds < 60
    assert recording.peek() is recording.report
    assert recording.queries_so_far() == (4, recording.report.recording.db_duration)
    assert delivered == [recording.report]


def test_the_application_is_asked_to_raise_by_itself() -> None:
    """Findings are raised only when somebody asks, and carry their report."""
    with library() as engine, querywatch.record() as recording:
        loop(engine)

    with pytest.raises(FindingsError, match=r"QW101 N\+1: Author\.books") as raised:
        recording.report.raise_for_findings()
    assert raised.value.report is recording.report


def test_a_report_without_findings_raises_nothing() -> None:
    """No objection, no exception."""
    with library(authors=1) as engine, querywatch.record() as recording:
        loop(engine)

    recording.report.raise_for_findings()


def test_the_sinks_of_a_watch_run_unrecorded() -> None:
    """A sink that uses the same database is not part of any recording."""

    def store(report: Report) -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    with library() as engine, querywatch.record() as outer, QueryWatch(sinks=[store]).record():
        pass

    assert outer.report.queries == ()


def test_a_generator_dependency_may_close_in_another_context() -> None:
    """Opened in one context and closed in another, a recording still ends, once."""

    @contextmanager
    def dependency() -> Iterator[Recorder]:
        with querywatch.record() as recording:
            yield recording

    with library() as engine:
        opened = dependency()
        recording = copy_context().run(opened.__enter__)
        copy_context().run(opened.__exit__, None, None, None)
        loop(engine)

    assert recording.report.queries == ()


def test_limits_of_the_settings_become_findings() -> None:
    """A budget that is exceeded is a finding beside the loop that exceeded it."""
    watch = QueryWatch(settings=Settings.load(max_queries=2, max_db_seconds=1e-9))

    with library() as engine, watch.record("GET /authors") as recording:
        loop(engine)

    assert sorted(codes(recording.report)) == ["QW101", "QW301", "QW302"]


def test_limits_that_hold_are_silent() -> None:
    """A budget that is kept says nothing."""
    watch = QueryWatch(settings=Settings.load(max_queries=4, max_db_seconds=60))

    with library() as engine, watch.record() as recording:
        loop(engine)

    assert codes(recording.report) == ["QW101"]


def test_own_detectors_are_callables() -> None:
    """Any callable from a recording to findings is a detector."""

    def too_quiet(recording: Recording) -> Iterator[querywatch.Finding]:
        yield querywatch.Finding("QW301", recording.label, "nothing ran")

    with querywatch.record("silence", detectors=[too_quiet]) as recording:
        pass

    assert [finding.message for finding in recording.report.findings] == ["nothing ran"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: QueryWatch(detectors=3), "detectors must be a list of callables, not 3"),  # type: ignore[arg-type]
        (lambda: QueryWatch(detectors=["QW101"]), "detectors must be callables, not 'QW101'"),  # type: ignore[list-item]
        (lambda: QueryWatch(detectors=[dict]), "detectors must be callables, not <class 'dict"),  # type: ignore[list-item]
        (lambda: QueryWatch(sinks=[None]), "sinks must be callables, not None"),  # type: ignore[list-item]
        (lambda: QueryWatch(sinks=print), "sinks must be a list of callables, not <built-in"),  # type: ignore[arg-type]
    ],
)
def test_what_is_not_callable_is_refused(make: Callable[[], QueryWatch], words: str) -> None:
    """A class instead of an object of it, a name, or no list at all."""
    with pytest.raises(ConfigurationError) as refused:
        make()

    assert str(refused.value).startswith(words)


def test_a_failure_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """A sink that fails at every request fills no log."""

    def broken(report: Report) -> None:
        raise RuntimeError("no room")

    watch = QueryWatch(sinks=[broken])
    with caplog.at_level(logging.ERROR, "querywatch"):
        for _ in range(5):
            with watch.record():
                pass

    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "RuntimeError" in caplog.text


def test_values_of_another_recording_are_not_compared() -> None:
    """The window is the recording: a repeat in the next one is no duplicate."""
    with library() as engine:
        for _ in range(2):
            with querywatch.record() as recording, Session(engine) as session:
                session.scalars(select(Book).where(Book.id == 1)).all()

    assert codes(recording.report) == []
