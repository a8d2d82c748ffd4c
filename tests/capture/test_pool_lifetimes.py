"""When counting begins and ends, and what it leaves behind: nothing."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, Pool, QueuePool, create_engine, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import SingletonThreadPool

from querywatch import capture
from querywatch.capture.pool import settle, watch_pools
from querywatch.capture.pools import places
from tests.capture.pools import Seen, watching


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Lend an engine on a file, with a queue for a pool."""
    return create_engine(f"sqlite:///{tmp_path}/lifetimes.sqlite3", poolclass=QueuePool)


def test_nothing_of_sqlalchemy_stays_replaced() -> None:
    """The method and the listeners are there only while somebody watches."""
    before = Pool.connect, SingletonThreadPool.connect

    with watching():
        with watching():
            pass
        during = Pool.connect, SingletonThreadPool.connect
        listened = event.contains(Pool, "checkin", places._on_checkin)

    assert during != before
    assert listened
    assert (Pool.connect, SingletonThreadPool.connect) == before
    assert not event.contains(Pool, "checkin", places._on_checkin)
    assert not event.contains(Engine, "do_connect", places._on_do_connect)


def test_somebody_elses_wrapper_around_ours_stays(
    monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    """Ours then stays as well and passes on, and it counts again when somebody watches."""
    calls: list[object] = []
    with watching():
        ours = Pool.connect

        def theirs(self: Pool) -> object:
            calls.append(self)
            return ours(self)

        monkeypatch.setattr(Pool, "connect", theirs)
    with engine.connect():
        pass
    with watching({"app": engine}) as seen, engine.connect():
        again = seen.now()

    assert Pool.connect is theirs
    assert calls == [engine.pool, engine.pool]
    assert again == (1, 0, 0)
    assert len(seen.waits["app"]) == 1
    monkeypatch.undo()
    with watching({"app": engine}) as seen, engine.connect():
        assert seen.now() == (1, 0, 0)


def test_nobody_is_told_anything_when_nobody_watches(engine: Engine) -> None:
    """An observer hears that its engines are forgotten, and nothing after that."""
    seen = Seen()
    stop = watch_pools(seen, {"app": engine})
    with engine.connect():
        stop()
        stop()
        told = len(seen.states["app"])
    with engine.connect():
        pass

    assert seen.gone.count("app") == 1
    assert len(seen.states["app"]) == told


def test_what_was_open_before_counts_from_its_next_check_out(engine: Engine) -> None:
    """A connection that was taken before comes back without a trace."""
    before = engine.connect()
    with watching({"app": engine}) as seen:
        before.close()
        returned = seen.now()
        with engine.connect():
            taken = seen.now()

        assert (returned, taken) == ((0, 0, 0), (1, 0, 0))
        assert seen.now() == (0, 1, 0)
        assert len(seen.holds["app"]) == 1


def test_watching_again_begins_at_nothing(engine: Engine) -> None:
    """What happened while nobody watched cannot be known."""
    with watching({"app": engine}), engine.connect():
        pass
    engine.dispose()
    with watching({"app": engine}) as seen:
        begun = seen.now()
        with engine.connect():
            assert seen.now() == (1, 0, 0)

    assert begun == (0, 0, 0)


def test_two_observers_are_told_the_same(engine: Engine) -> None:
    """The second learns what the first knows, and each has its own names."""
    with watching({"one": engine}) as first, engine.connect():
        with watching({"two": engine}) as second, engine.connect():
            assert first.now("one") == second.now("two") == (2, 0, 0)
        with engine.connect():
            assert first.now("one") == (2, 0, 0)

    assert len(first.waits["one"]) == 3
    assert len(second.waits["two"]) == 1
    assert second.gone == ["two"]


def test_one_observer_that_watches_twice_is_told_once(engine: Engine, tmp_path: Path) -> None:
    """It learns the names of both calls, and watches until both have ended."""
    other = create_engine(f"sqlite:///{tmp_path}/other.sqlite3")
    seen = Seen()
    with watching({"app": engine}, seen):
        with watching({"other": other}, seen), engine.connect(), other.connect():
            pass
        with engine.connect():
            pass
        assert seen.gone == []

    assert (len(seen.waits["app"]), len(seen.waits["other"])) == (2, 1)
    assert sorted(seen.gone) == ["app", "other"]


def test_an_engine_that_is_collected_is_forgotten_with_what_it_had_open() -> None:
    """Its last state is told, and then that it is gone."""
    engine: Engine | None = create_engine("sqlite://", logging_name="brief")
    with watching() as seen:
        assert engine is not None
        with engine.connect():
            pass
        del engine
        gc.collect()
        settle()

        assert seen.gone == ["brief"]
        assert seen.now("brief") == (0, 0, 0)


@pytest.mark.anyio
async def test_an_engine_that_is_disposed_is_forgotten_until_it_connects_again() -> None:
    """It comes back by the same name."""
    engine = create_async_engine("sqlite+aiosqlite://", logging_name="brief")
    with watching() as seen:
        async with engine.connect():
            pass
        await engine.dispose()
        gc.collect()
        settle()
        gone = list(seen.gone)
        async with engine.connect():
            assert seen.now("brief") == (1, 0, 0)
        await engine.dispose()

    assert gone == ["brief"]


def test_an_engine_that_is_used_is_not_forgotten(engine: Engine) -> None:
    """Disposing of a pool of which something is lent keeps the engine."""
    with watching({"app": engine}) as seen, engine.connect():
        engine.dispose()
        gc.collect()
        settle()

        assert seen.gone == []
        assert seen.now() == (1, 0, 0)


def test_our_own_engines_are_not_counted() -> None:
    """What querywatch opens for itself runs paused: a test of its hooks, its store."""
    own = create_engine("sqlite://", logging_name="own")
    with watching() as seen:
        capture.attach()
        with capture.paused(), own.connect():
            pass
        paused = "own" in seen.states
        with own.connect():
            pass

        assert not paused
        assert "own" in seen.states
        assert not any(name.startswith(":memory:") for name in seen.waits)


def test_the_applications_engine_is_counted_for_us_as_well(engine: Engine) -> None:
    """A connection of its pool that we borrow is one it cannot have."""
    with watching({"app": engine}) as seen, capture.paused(), engine.connect():
        assert seen.now() == (1, 0, 0)


def test_what_the_collector_does_is_not_told_in_the_middle_of_a_telling(engine: Engine) -> None:
    """An observer that holds a lock of its own can be interrupted anywhere."""
    lock = threading.Lock()
    deep: list[bool] = []

    class Locked(Seen):
        def waited(self, name: str, seconds: float) -> None:
            with lock:
                super().waited(name, seconds)
                abandoned.clear()

        def held(self, name: str, seconds: float) -> None:
            deep.append(lock.locked())
            with lock:
                super().held(name, seconds)

    abandoned = []
    with watching({"app": engine}, Locked()) as seen:
        abandoned = [engine.raw_connection()]
        abandoned = [engine.raw_connection()]
        with engine.connect():
            pass
        assert seen.now() == (0, 2, 0)

    assert deep == [False, False, False]


def _in_child(work: Callable[[], bool]) -> bool:
    child = os.fork()
    if not child:
        passed = False
        try:
            passed = work()
        finally:
            os._exit(0 if passed else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_worker_counts_only_what_it_opens(engine: Engine) -> None:
    """The connections of its parent are the parent's, and so is who waits for one."""
    with watching({"app": engine}) as seen:
        with engine.connect():

            def work() -> bool:
                begun = seen.now()
                engine.dispose(close=False)
                with engine.connect():
                    used = seen.now()
                return (begun, used, seen.now()) == ((0, 0, 0), (1, 0, 0), (0, 1, 0))

            assert _in_child(work)
            assert seen.now() == (1, 0, 0)
        assert seen.now() == (0, 1, 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_in_the_middle_of_a_telling_leaves_no_lock_behind(engine: Engine) -> None:
    """Whoever told in the parent does not exist in the child."""
    telling, told = threading.Event(), threading.Event()

    class Slow(Seen):
        def waited(self, name: str, seconds: float) -> None:
            telling.set()
            told.wait(10)
            super().waited(name, seconds)

    def ask() -> None:
        with engine.connect():
            pass

    with watching({"app": engine}, Slow()) as seen:
        thread = threading.Thread(target=ask)
        thread.start()
        assert telling.wait(10)

        def work() -> bool:
            told.set()
            engine.dispose(close=False)
            with engine.connect():
                return seen.now() == (1, 0, 0)

        passed = _in_child(work)
        told.set()
        thread.join()

        assert passed
        assert seen.now() == (0, 1, 0)
