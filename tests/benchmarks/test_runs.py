"""Every yardstick runs, with numbers too small to mean anything."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

import querywatch
from benchmarks import asgi, memory, served, soak
from benchmarks.contestants import Installed
from benchmarks.costs import judging, of_healthy, of_queries
from benchmarks.racing import Course, race
from benchmarks.venvs import versions_in
from benchmarks.worker import UnseenError, tried
from benchmarks.workloads import IN_MEMORY, connect


def test_contestants_run_beside_bare() -> None:
    """Each gets a ratio for a statement; bare is what they are divided by."""
    names = ("bare", "empty cursor listeners", "idle", "recording")
    course = Course("sqlite", IN_MEMORY, ("core select",), names, sets=1, rounds=1, seconds=0.001)

    rows = list(race(course))

    assert [row.contestant for row in rows] == [name for name in names if name != "bare"]
    assert all(row.ratio.middle > 0 for row in rows)


def test_who_misses_statements_is_not_measured() -> None:
    """Seeing less than ran, or seeing it twice, is an error with both numbers in it."""
    blind = Installed(seen=lambda: 0)
    double = Installed(seen=lambda: 40)

    with pytest.raises(UnseenError, match="orm select: 0 of 20 statements were seen"):
        tried("orm select", lambda: None, blind, 20)
    with pytest.raises(UnseenError, match="40 of 20"):
        tried("orm select", lambda: None, double, 20)


def test_who_sees_every_statement_is_measured() -> None:
    """The count of the first unit, which also sets connections up, does not matter."""
    counts = iter([25, 20])

    tried("orm select", lambda: None, Installed(seen=lambda: next(counts)), 20)


def test_requests_race_as_statements_do() -> None:
    """A request through ASGI, with the middleware where a contestant has one."""
    names = ("bare", "analysis")
    work = ("request, 1 query",)
    course = Course("sqlite", IN_MEMORY, work, names, sets=1, rounds=1, seconds=0.001)

    rows = list(race(course))

    assert [(row.workload, row.contestant) for row in rows] == [("request, 1 query", "analysis")]


def test_a_contestant_that_cannot_run_is_named() -> None:
    """A process that stops is an error with its name in it, not an endless wait."""
    course = Course("sqlite", IN_MEMORY, ("core select",), ("nobody",), sets=1, rounds=1)

    with pytest.raises(RuntimeError, match="'nobody' stopped"):
        list(race(course))


def test_a_request_that_fails_is_not_measured() -> None:
    """Only an answer of 200 counts as a request."""
    app = asgi.around(asgi.sync_app(connect(IN_MEMORY)), Installed())

    with pytest.raises(RuntimeError, match=r"answered with \[404\]"):
        asyncio.run(asgi.request(app, "/nowhere"))


def test_the_served_application_answers_its_rows() -> None:
    """What uvicorn is given is the same application, told by the environment."""
    app = served.create_app({served.CONTESTANT: "bare", served.URL: IN_MEMORY})

    answer = TestClient(app).get("/rows/3")

    assert answer.json() == ["1", "2", "3"]


def test_a_recorded_query_keeps_bytes_only_while_its_recording_is_open() -> None:
    """Hundreds while it is open, next to none once the sinks have run."""
    found = memory.kept("orm select", queries=500)

    assert found.open > 100
    assert found.after < found.open / 4


@pytest.mark.parametrize("workload", memory.MEASURED)
def test_a_recorded_query_keeps_300_bytes_at_most(workload: str) -> None:
    """A lazy load keeps its parent's key once, and shares what all of its kind have in common."""
    found = memory.kept(workload, queries=2_000)

    assert found.open <= memory.LIMIT


def test_the_acts_on_one_recording_are_timed() -> None:
    """Resolving, judging, and writing JSON, each with a time above nothing."""
    found = of_queries(101, 3)

    assert [cost.act.split()[0] for cost in found] == ["resolve", "judge", "report"]
    assert all(cost.seconds.middle > 0 for cost in found)


def test_every_repeat_judges_anew() -> None:
    """What is timed is never the report of the repeat before."""
    with connect(IN_MEMORY).connect() as connection, querywatch.record("anew") as recorder:
        connection.execute(select(1))
        judge = judging(recorder)

        assert judge().queries[0] is not judge().queries[0]


def test_a_healthy_recording_is_timed() -> None:
    """Queries that no detector objects to, for these are what production sees."""
    found = of_healthy(10, 3)

    assert "10 healthy queries" in found.act
    assert found.seconds.middle > 0


def test_a_soak_leaves_nothing_over() -> None:
    """Requests that succeed, fail, stream and are cancelled give everything back."""
    outcome = soak.soak(100, concurrency=4)

    assert outcome.left_over == []
    assert outcome.end.recordings == 0


def test_what_a_soak_leaves_over_is_named() -> None:
    """A connection that stays out, a task that goes on and a thread that lives are told."""
    clean = soak.Standing(memory=100, connections=0, tasks=1, recordings=0, threads=3)
    end = soak.Standing(memory=150, connections=2, tasks=2, recordings=0, threads=3)

    outcome = soak.Outcome(9, (clean, end), threads_before=1, threads_after=2)

    assert outcome.left_over == ["2 connections", "1 tasks", "1 threads"]
    assert outcome.growth == 50


def test_how_a_soak_went_is_stored(tmp_path: Path) -> None:
    """With the date and the versions, in the words that are printed."""
    clean = soak.Standing(memory=100, connections=0, tasks=1, recordings=0, threads=3)
    outcome = soak.Outcome(10, (clean, clean), threads_before=1, threads_after=1)

    soak.store(outcome, tmp_path / "deep" / "soak.json")

    document = json.loads((tmp_path / "deep" / "soak.json").read_text("utf-8"))
    assert set(document) == {"made", "outcome", "told", "versions"}
    assert "left over: nothing" in document["told"]


def test_versions_are_those_of_the_interpreter_asked() -> None:
    """A package that is missing there is said to be."""
    found = versions_in(sys.executable, "sqlalchemy", "no-such-package-anywhere")

    assert found["sqlalchemy"].startswith("2.")
    assert found["no-such-package-anywhere"] == "not installed"
