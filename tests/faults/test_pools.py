"""Pools under watch while something of ours fails: the application must not notice."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import Pool

from querywatch import QueryWatch, capture
from querywatch.capture import pool as pools
from querywatch.capture.pool import watch_pools
from querywatch.capture.pools.telling import watchers
from tests.capture.pools import Seen, crowded, watching
from tests.faults.test_callbacks import Broken, break_it

HOT = [
    "capture.pools.places:tally_of",
    "capture.pools.places:Asking",
    "capture.pools.places:Slot",
    "capture.pools.places:Slot.take",
    "capture.pools.places:Slot.give_back",
    "capture.pools.places:Slot.close",
    "capture.pools.places:Slot.abandoned",
    "capture.pools.places:_slot",
    "capture.pools.places:perf_counter",
    "capture.pools.meeting:_paused",
    "capture.pools.meeting:_engine_asking",
    "capture.pools.meeting:default_name",
    "capture.pools.meeting:limits_of",
    "capture.pools.meeting:Tally",
    "capture.pools.names:Names.of",
    "capture.pools.names:_place",
    "capture.orm:max_overflow",
    "capture.pools.telling:PoolState",
    "capture.pools.telling:note",
    "capture.pools.telling:tell_noted",
    "capture.pools.telling:Watcher.note",
    "capture.pools.telling:Watcher.tell",
]


@pytest.fixture(autouse=True)
def _none_yet() -> Iterator[None]:
    Broken.calls = 0
    # An application under test elsewhere goes on watching: what it met already is met here too,
    # and nothing would be left to break.
    others = watchers.copy()
    watchers.clear()
    pools._detach()
    yield
    watchers.extend(others)
    if others:
        pools._attach()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Lend an engine with two places and little patience."""
    with crowded(tmp_path / "faults.sqlite3") as engine:
        yield engine


def work(engine: Engine) -> list[object]:
    """Do all that can happen to a connection, and return what came of it."""
    seen: list[object] = []
    with engine.connect() as connection, engine.connect() as other:
        seen.append(connection.execute(text("SELECT 1")).scalar())
        try:
            engine.connect()
        except PoolTimeoutError as error:
            seen.append(error.code)
        other.detach()
        connection.invalidate()
    thread = threading.Thread(target=lambda: engine.connect().close())
    thread.start()
    thread.join()
    engine.dispose()
    with engine.connect() as connection:
        seen.append(connection.execute(text("SELECT 2")).scalar())
    seen.append(engine.pool.status())
    return seen


@pytest.mark.parametrize("name", HOT)
def test_a_broken_part_changes_no_result(
    monkeypatch: pytest.MonkeyPatch, engine: Engine, name: str
) -> None:
    """The application does its work as ever, and every failure is counted."""
    expected = work(engine)
    engine.dispose()

    with watching():
        failures = capture.failures()
        with monkeypatch.context() as broken:
            break_it(broken, name)
            found = work(engine)
        assert capture.failures() > failures
    assert found == expected
    assert Broken.calls > 0


@pytest.mark.parametrize("name", ["changed", "waited", "held", "created", "timed_out", "forgotten"])
def test_an_observer_that_fails_keeps_nobody_from_anything(engine: Engine, name: str) -> None:
    """Neither the application, nor itself from the rest, nor another observer."""

    class Failing(Seen):
        def __getattribute__(self, attribute: str) -> object:
            if attribute == name:
                raise RuntimeError("no idea")
            return super().__getattribute__(attribute)

    expected = work(engine)
    engine.dispose()
    failures = capture.failures()
    with watching({"app": engine}, Failing()) as failing, watching({"app": engine}) as well:
        found = work(engine)

    assert found == expected
    assert capture.failures() > failures
    assert len(well.waits["app"]) == 4
    assert well.timeouts == ["app"]
    assert name == "waited" or len(failing.waits["app"]) == 4


def test_an_observer_that_hangs_holds_up_one_thread_alone(engine: Engine) -> None:
    """Whoever comes meanwhile leaves a note and goes on; it is told later."""
    hung, freed = threading.Event(), threading.Event()

    class Hanging(Seen):
        def waited(self, name: str, seconds: float) -> None:
            hung.set()
            freed.wait(10)
            super().waited(name, seconds)

    with watching({"app": engine}, Hanging()) as seen:
        thread = threading.Thread(target=lambda: engine.connect().close())
        thread.start()
        assert hung.wait(10)
        for _ in range(10):
            engine.connect().close()
        meanwhile = len(seen.waits["app"])
        freed.set()
        thread.join()

        assert meanwhile == 0
        assert len(seen.waits["app"]) == 11
        assert seen.now() == (0, 1, 0)


def test_what_an_observer_does_not_keep_up_with_is_bounded(
    monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    """It misses what came too much, is told how things stand, and the loss is counted."""
    monkeypatch.setattr("querywatch.capture.pools.telling.MOST_UNTOLD", 4)
    hung, freed = threading.Event(), threading.Event()

    class Hanging(Seen):
        def waited(self, name: str, seconds: float) -> None:
            hung.set()
            freed.wait(10)
            super().waited(name, seconds)

    failures = capture.failures()
    with watching({"app": engine}, Hanging()) as seen:
        thread = threading.Thread(target=lambda: engine.connect().close())
        thread.start()
        assert hung.wait(10)
        for _ in range(10):
            engine.connect().close()
        freed.set()
        thread.join()

        assert len(seen.waits["app"]) < 11
        assert seen.now() == (0, 1, 0)
    assert capture.failures() > failures


def test_the_applications_own_end_is_not_swallowed(engine: Engine) -> None:
    """Only failures are: KeyboardInterrupt inside an observer goes through."""

    class Interrupted(Seen):
        def waited(self, name: str, seconds: float) -> None:
            raise KeyboardInterrupt

    with watching({"app": engine}, Interrupted()) as seen:
        with pytest.raises(KeyboardInterrupt):
            engine.connect()

        assert seen.now() == (0, 1, 0)


def test_a_failure_is_logged_once(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """However many connections are taken."""

    class Failing(Seen):
        def waited(self, name: str, seconds: float) -> None:
            raise RuntimeError("no idea")

    QueryWatch(sinks=[])
    with (
        caplog.at_level(logging.ERROR, "querywatch"),
        watching({"app": engine}, Failing()),
    ):
        for _ in range(5):
            engine.connect().close()

    assert len(caplog.records) == 1


def test_a_sqlalchemy_that_connects_otherwise_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    """Then there are no figures, which is counted as a failure, and nothing is replaced."""

    def connect(self: Pool, patience: float = 1.0) -> object:
        return original(self)

    original = Pool.connect
    monkeypatch.setattr(Pool, "connect", connect)
    failures = capture.failures()
    seen = Seen()
    stop = watch_pools(seen, {"app": engine})
    engine.connect().close()
    found = Pool.connect
    stop()

    assert found is connect
    assert capture.failures() == failures + 1
    assert seen.waits == {}
    assert not pools._replaced
