"""A recording whose report is made on demand tells at a glance when none is needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from querywatch import Finding, QueryWatch, QueryWatchError, Recording, Report, capture
from querywatch.detectors import NPlusOne, QueryBudget, QueryLoop
from querywatch.settings import Settings
from querywatch.watch import Recorder, steady_detectors
from tests.capture.library import Author, Book, library
from tests.watch.scenes import loop


def recorded(watch: QueryWatch, *statements: Any) -> Recorder:
    """Run *statements* in one session, recorded on demand."""
    with library() as engine, Session(engine) as session:
        session.connection()
        with watch.record(on_demand=True) as recorder:
            for statement in statements:
                session.execute(statement).all()
    return recorder


def steady() -> QueryWatch:
    """Make a watch with the detectors of a test run."""
    return QueryWatch(detectors=steady_detectors())


def test_what_repeats_nothing_is_told_at_a_glance() -> None:
    """How many queries and how many seconds: what the report says as well."""
    recorder = recorded(steady(), select(Author), select(Book), text("SELECT 1"))
    seen = recorder.glance()
    recording = recorder.report.recording

    assert seen == (3, recording.db_duration)
    assert recording.query_count == 3


def test_nothing_at_all_is_told_at_a_glance() -> None:
    """No query and no time."""
    assert recorded(steady()).glance() == (0, 0)


def test_transaction_control_is_no_query() -> None:
    """A savepoint is not counted, at a glance or otherwise."""
    with library() as engine, Session(engine) as session:
        session.connection()
        with steady().record(on_demand=True) as recorder, session.begin_nested():
            session.scalars(select(Author)).all()
    seen = recorder.glance()

    assert seen is not None
    assert seen[0] == recorder.report.recording.query_count == 1


@pytest.mark.parametrize(
    "statements",
    [
        (select(Author), select(Author)),
        (select(Author.id), text("SELECT authors.id \nFROM authors")),
        (text("SELECT 1"), text("select 2 -- again")),
    ],
)
def test_a_repeat_takes_a_report(statements: tuple[Any, ...]) -> None:
    """Whether it is one that matters, only the detectors know."""
    assert recorded(steady(), *statements).glance() is None


def test_the_batches_of_one_insert_are_one_query() -> None:
    """However many statements the driver was sent."""
    with library() as engine, Session(engine) as session:
        session.connection(execution_options={"insertmanyvalues_page_size": 2})
        rows = [{"id": number, "name": "new"} for number in range(50, 55)]
        with steady().record(on_demand=True) as recorder:
            session.scalars(insert(Author).returning(Author), rows).all()
    seen = recorder.glance()
    recording = recorder.report.recording

    assert [query.size for query in recording.queries] == [5]
    assert seen == (1, recording.db_duration)


def test_a_loop_takes_a_report() -> None:
    """And the report has it."""
    with library() as engine, steady().record(on_demand=True) as recorder:
        loop(engine)

    assert recorder.glance() is None
    assert [finding.code for finding in recorder.report.findings] == ["QW101"]


def object_to_all(recording: Recording) -> Iterator[Finding]:
    """Object to anything."""
    yield Finding(code="X1", subject="all", message="all", count=recording.query_count)


class Strict(NPlusOne):
    """A detector of somebody else's, whatever it is made from."""


@pytest.mark.parametrize(
    "detector",
    [object_to_all, QueryBudget(1), QueryLoop(repeats=1), NPlusOne(parents=1), Strict()],
)
def test_detectors_that_object_to_a_single_query_take_a_report(detector: Any) -> None:
    """So does every detector that is not ours."""
    watch = QueryWatch(detectors=[*steady_detectors(), detector])

    assert recorded(watch, select(Author)).glance() is None


def test_what_was_left_out_takes_a_report() -> None:
    """Beyond the limit nobody knows what ran."""
    watch = QueryWatch(detectors=steady_detectors(), settings=Settings(max_recorded=1))

    assert recorded(watch, select(Author), select(Book)).glance() is None


def test_a_failure_of_ours_takes_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted, and nobody sees it."""
    recorder = recorded(steady(), select(Author))
    before = capture.failures()

    with monkeypatch.context() as patch:
        patch.setattr("querywatch.watch.recorder.durations_apart", None)
        seen = recorder.glance()

    assert seen is None
    assert capture.failures() == before + 1
    assert recorder.report.recording.query_count == 1


def test_a_report_on_demand_is_delivered_to_no_sink() -> None:
    """And it is made once, however often it is read."""
    delivered: list[Report] = []
    recorder = recorded(QueryWatch(sinks=[delivered.append]), select(Author))

    assert recorder.report is recorder.report
    assert len(recorder.report.queries) == 1
    assert delivered == []


def test_there_is_no_report_before_the_end() -> None:
    """On demand is not at once."""
    early = pytest.raises(QueryWatchError, match="'early' has not ended")

    with steady().record("early", on_demand=True) as recorder, early:
        _ = recorder.report


def test_there_is_nothing_to_glance_at_before_the_end() -> None:
    """What runs next may repeat what ran so far."""
    with steady().record(on_demand=True) as recorder:
        early = recorder.glance()

    assert early is None
    assert recorder.glance() == (0, 0)
