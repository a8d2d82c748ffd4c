"""The count of a pool's connections is what the driver would count."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tests.capture.pools import counted_engine, watching
from tests.databases import sync_databases

SMALL = {"poolclass": QueuePool, "pool_size": 2, "max_overflow": 1, "pool_timeout": 0.01}


@pytest.fixture(params=sync_databases())
def small(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Lend an engine with room for two connections and one more."""
    with request.param.engine(**SMALL) as engine:
        yield engine


def test_check_out_and_check_in_move_a_connection(small: Engine) -> None:
    """It is used while somebody holds it and idle afterwards, on every driver."""
    with watching({"app": small}) as seen:
        with small.connect() as connection:
            connection.execute(text("SELECT 1"))
            held = seen.now()
        given_back = seen.now()

        assert (held, given_back) == ((1, 0, 0), (0, 1, 0))
        assert len(seen.waits["app"]) == len(seen.holds["app"]) == 1
        assert seen.states["app"][-1].max == 3
        assert seen.states["app"][-1].max_idle == 2


def test_a_connection_beyond_the_pools_size_is_closed_when_it_comes_back(small: Engine) -> None:
    """Three are used, two stay."""
    with watching({"app": small}) as seen:
        connections = [small.connect() for _ in range(3)]
        used = seen.now()
        for connection in connections:
            connection.close()

        assert used == (3, 0, 0)
        assert seen.now() == (0, 2, 0)


def test_an_invalidated_connection_counts_for_nothing(small: Engine) -> None:
    """Neither while its holder still has it nor in the pool, until it is opened anew."""
    with watching({"app": small}) as seen:
        with small.connect() as connection:
            connection.invalidate()
            invalidated = seen.now()
        after = seen.now()
        with small.connect():
            again = seen.now()

        assert (invalidated, after, again) == ((0, 0, 0), (0, 0, 0), (1, 0, 0))
        assert seen.now() == (0, 1, 0)


def test_a_softly_invalidated_connection_is_idle_until_it_is_replaced(small: Engine) -> None:
    """It stays open until somebody asks for it."""
    with watching({"app": small}) as seen:
        small.raw_connection().invalidate(soft=True)
        with small.connect():
            pass

        assert seen.now() == (0, 1, 0)
        assert small.pool.checkedin() == 1  # type: ignore[attr-defined]


def test_a_detached_connection_is_the_applications_own(small: Engine) -> None:
    """The pool has lent one less from then on, and its closing changes nothing."""
    with watching({"app": small}) as seen:
        connection = small.connect()
        connection.detach()
        detached = seen.now()
        connection.close()

        assert detached == (0, 0, 0)
        assert seen.now() == (0, 0, 0)
        assert len(seen.holds["app"]) == 1


def test_dispose_closes_what_is_idle_and_keeps_what_is_used(small: Engine) -> None:
    """A connection of the old pool and one of the new count together."""
    with watching({"app": small}) as seen:
        old = small.connect()
        small.connect().close()
        before = seen.now()
        small.dispose()
        disposed = seen.now()
        new = small.connect()
        both = seen.now()
        old.invalidate()
        old.close()
        new.close()

        assert seen.now() == (0, 1, 0)

        assert (before, disposed, both) == ((1, 1, 0), (1, 0, 0), (2, 0, 0))


def test_a_disposed_pool_keeps_what_it_gets_back_until_it_is_collected(tmp_path: Path) -> None:
    """Nobody can have the connection any more, but the database still does."""
    engine, driver = counted_engine(tmp_path, **SMALL)

    with watching({"app": engine}) as seen:
        connection = engine.connect()
        engine.dispose()
        connection.close()
        kept = seen.now(), len(driver.open)
        del connection
        gc.collect()

        assert kept == ((0, 1, 0), 1)
        assert (seen.now(), len(driver.open)) == ((0, 0, 0), 0)


def test_a_connection_that_cannot_be_opened_leaves_nobody_waiting(tmp_path: Path) -> None:
    """The application gets the driver's error, and nothing is counted."""
    engine = create_engine(f"sqlite:///{tmp_path}/no/such/folder/db.sqlite3")

    with watching({"app": engine}) as seen:
        with pytest.raises(DBAPIError, match="unable to open"):
            engine.connect()

        assert seen.now() == (0, 0, 0)
        assert seen.timeouts == []


def test_a_connection_whose_set_up_fails_counts_for_nothing(tmp_path: Path) -> None:
    """It was open for a moment, but never in the pool."""
    engine, driver = counted_engine(tmp_path, **SMALL)
    broken = [True]

    @event.listens_for(engine, "connect")
    def set_up(*_: object) -> None:
        if broken:
            raise RuntimeError("no set-up")

    with watching({"app": engine}) as seen:
        with pytest.raises(RuntimeError, match="no set-up"):
            engine.connect()
        failed = seen.now()
        broken.clear()
        with engine.connect():
            pass

        assert failed == (0, 0, 0)
        assert seen.now() == (0, 1, 0)
        assert len(driver.open) >= 1


def test_a_pre_ping_that_finds_a_connection_dead_replaces_it(small: Engine) -> None:
    """All that were idle are older than the failure, and are replaced as they are asked for."""
    engine = small.execution_options()
    dead = [True]

    @event.listens_for(engine, "checkout")
    def ping(*_: object) -> None:
        if dead and dead.pop():
            raise DisconnectionError("gone")

    with watching({"app": engine}) as seen:
        with engine.connect():
            once = seen.now()
        with engine.connect():
            again = seen.now()

        assert (once, again) == ((1, 0, 0), (1, 0, 0))
        assert seen.now() == (0, 1, 0)


@pytest.mark.parametrize(
    "options", [{"pool_recycle": 0}, {"pool_use_lifo": True}, {"pool_pre_ping": True}]
)
def test_the_pools_options_make_no_difference(tmp_path: Path, options: dict[str, int]) -> None:
    """Recycled, last in first out, or pinged: what is open is counted once."""
    engine, driver = counted_engine(tmp_path, **SMALL, **options)

    with watching({"app": engine}) as seen:
        for _ in range(3):
            first, second = engine.connect(), engine.connect()
            first.close()
            assert seen.now() == (1, 1, 0)
            second.close()

        assert seen.now() == (0, 2, 0)
        assert len(driver.open) == 2


def test_a_connection_may_come_back_in_another_thread(small: Engine) -> None:
    """Who took it and who gives it back need not be the same."""
    with watching({"app": small}) as seen:
        connection = small.raw_connection()
        thread = threading.Thread(target=connection.close)
        thread.start()
        thread.join()

        assert seen.now() == (0, 1, 0)
        assert len(seen.holds["app"]) == 1


def test_threads_at_once_leave_the_count_right(small: Engine) -> None:
    """Eight threads share three places; nothing is counted twice or left over."""
    refused: list[Exception] = []

    def work() -> None:
        for _ in range(20):
            try:
                with small.connect() as connection:
                    connection.execute(text("SELECT 1"))
            except PoolTimeoutError as error:
                refused.append(error)

    with watching({"app": small}) as seen:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        used, idle, pending = seen.now()
        assert (used, pending) == (0, 0)
        assert idle == small.pool.checkedin()  # type: ignore[attr-defined]
        assert len(seen.waits["app"]) == len(seen.holds["app"]) == 160 - len(refused)
        assert len(seen.timeouts) == len(refused)
        assert max(state.used for state in seen.states["app"]) <= 3


def test_a_connection_that_is_never_given_back_is_when_it_is_collected(small: Engine) -> None:
    """What the garbage collector gives back is told at the next occasion."""
    with watching({"app": small}) as seen:
        small.connect()
        with small.connect():
            pass

        assert seen.now() == (0, 1, 0)
        assert len(seen.holds["app"]) == 2


STEPS = ("take", "give", "invalidate", "soft", "detach", "dispose", "leak")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), max_size=40))
def test_no_sequence_of_steps_makes_the_count_drift(steps: list[tuple[str, int]]) -> None:
    """After each step, used are those that are held, and used and idle are those that are open."""
    with TemporaryDirectory() as folder:
        engine, driver = counted_engine(Path(folder), **SMALL)
        with watching({"app": engine}) as seen:
            held: list[Connection] = []
            detached: list[Connection] = []
            for step, number in steps:
                _take_step(engine, step, number, held, detached)
                used, idle, pending = seen.now()
                assert (used, pending) == (len(held), 0)
                assert used + idle == len(driver.open) - len(detached)
        for connection in (*held, *detached):
            connection.close()
        engine.dispose()


def _take_step(
    engine: Engine, step: str, number: int, held: list[Connection], detached: list[Connection]
) -> None:
    if step == "take":
        with suppress(PoolTimeoutError):
            held.append(engine.connect())
    elif step == "dispose":
        engine.dispose()
    elif held:
        connection = held.pop(number % len(held))
        if step == "invalidate":
            connection.invalidate()
        elif step == "soft":
            connection.connection.invalidate(soft=True)
        elif step == "detach":
            connection.detach()
            detached.append(connection)
            return
        if step != "leak":
            connection.close()
