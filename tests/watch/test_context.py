"""Statements belong to the recording of their task, thread or greenlet, and to no other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Thread

import pytest
from sqlalchemy import Engine

import querywatch
from querywatch import QueryWatchError, capture
from tests.capture.library import library
from tests.watch.scenes import ask, asked


def in_thread(work: Callable[[], object]) -> None:
    """Run *work* in a thread of its own, without any context."""
    thread = Thread(target=work)
    thread.start()
    thread.join()


def test_nested_recordings_both_see_a_statement() -> None:
    """The outer recording holds all, the inner one what ran inside it."""
    with library() as engine, querywatch.record() as outer:
        ask(engine, 1)
        with querywatch.record() as inner:
            ask(engine, 2)
        ask(engine, 3)

    assert asked(outer.report) == ["n1", "n2", "n3"]
    assert asked(inner.report) == ["n2"]


def test_a_recording_that_ends_out_of_turn_takes_nothing_more() -> None:
    """Recordings that overlap instead of nesting each end at their own end."""
    with library() as engine:
        first, second = querywatch.record("first"), querywatch.record("second")
        first.__enter__()
        second.__enter__()
        ask(engine, 1)
        first.__exit__(None, None, None)
        ask(engine, 2)
        second.__exit__(None, None, None)
        ask(engine, 3)

    assert asked(first.report) == ["n1"]
    assert asked(second.report) == ["n1", "n2"]


def test_paused_statements_belong_to_no_recording() -> None:
    """`pause()` holds for its block, for nested recordings' outer ones too."""
    with library() as engine, querywatch.record() as outer, querywatch.record() as inner:
        with querywatch.pause():
            ask(engine, 1)
        ask(engine, 2)

    assert asked(outer.report) == asked(inner.report) == ["n2"]


def test_a_recording_inside_a_pause_records() -> None:
    """Whoever opens a recording in a paused block gets it; the outer one stays paused."""
    with (
        library() as engine,
        querywatch.record() as outer,
        querywatch.pause(),
        querywatch.record() as inner,
    ):
        ask(engine, 1)

    assert asked(inner.report) == ["n1"]
    assert outer.report.queries == ()


def test_a_bare_thread_belongs_to_the_one_open_recording() -> None:
    """A thread without context is attributed when only one recording can be meant."""
    with library() as engine, querywatch.record() as recording:
        in_thread(lambda: ask(engine, 1))

    assert asked(recording.report) == ["n1"]
    assert recording.report.recording.outside == 0


def test_a_bare_thread_belongs_to_the_innermost_of_nested_recordings() -> None:
    """Nested recordings are one unit of work: both see the thread's statement."""
    with library() as engine, querywatch.record() as outer, querywatch.record() as inner:
        in_thread(lambda: ask(engine, 1))

    assert asked(outer.report) == asked(inner.report) == ["n1"]


def test_a_bare_thread_beside_two_recordings_is_counted_as_outside() -> None:
    """Where two recordings are open, neither is guessed: the statement is counted outside."""
    with library() as engine, querywatch.record() as recording:
        other = copy_context()
        beside = querywatch.record("beside")
        other.run(capture.state.current.set, None)
        other.run(beside.__enter__)
        in_thread(lambda: ask(engine, 1))
        other.run(beside.__exit__, None, None, None)

    assert recording.report.queries == beside.report.queries == ()
    assert recording.report.recording.outside == 1


def test_a_sampled_out_unit_keeps_a_bare_thread_from_being_attributed() -> None:
    """A request that is not recorded may own the thread: nothing is guessed."""
    with library() as engine, querywatch.record() as recording:
        other = copy_context()
        unit = capture.sampled_out()
        other.run(unit.__enter__)
        in_thread(lambda: ask(engine, 1))
        other.run(unit.__exit__, None, None, None)
        in_thread(lambda: ask(engine, 2))

    assert asked(recording.report) == ["n2"]
    assert recording.report.recording.outside == 1


def test_a_sampled_out_unit_records_nothing_and_counts_nothing() -> None:
    """Sampling is the absence of a recording."""
    outside = capture.statements_outside()
    with library() as engine, querywatch.record() as recording, capture.sampled_out():
        ask(engine, 1)

    assert recording.report.queries == ()
    assert capture.statements_outside() == outside


def test_a_thread_pool_with_copied_context_belongs_to_its_recording() -> None:
    """Two recordings hand work to one pool, each with its own context."""
    with library() as engine, ThreadPoolExecutor(max_workers=2) as pool:
        recordings = []
        for number in (1, 2):
            with querywatch.record() as recording:
                jobs = [pool.submit(copy_context().run, ask, engine, number) for _ in range(3)]
                for job in jobs:
                    job.result()
            recordings.append(recording)

    assert [asked(recording.report) for recording in recordings] == [["n1"] * 3, ["n2"] * 3]


def test_concurrent_threads_never_mix() -> None:
    """Recordings in several threads at once each hold their own statements."""

    def unit(engine: Engine, number: int) -> list[str]:
        with querywatch.record() as recording:
            for _ in range(5):
                ask(engine, number)
        return asked(recording.report)

    with library() as engine, ThreadPoolExecutor(max_workers=4) as pool:
        jobs = [pool.submit(unit, engine, number) for number in range(20)]

    assert [job.result() for job in jobs] == [[f"n{number}"] * 5 for number in range(20)]


def test_a_recording_is_entered_once() -> None:
    """Entering again, while open or afterwards, is refused by name."""
    recording = querywatch.record("import")
    with (
        recording,
        pytest.raises(QueryWatchError, match="the recording 'import' is open or over"),
    ):
        recording.__enter__()

    with pytest.raises(QueryWatchError, match="make another one"):
        recording.__enter__()


def test_there_is_no_report_before_the_end() -> None:
    """Asking too early is refused, and says so."""
    recording = querywatch.record("import")

    with pytest.raises(QueryWatchError, match="'import' has not ended"):
        _ = recording.report
    with recording, pytest.raises(QueryWatchError, match="'import' has not ended"):
        _ = recording.report
    assert recording.report.queries == ()
