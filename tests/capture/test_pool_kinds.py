"""Every kind of pool is counted, each by what it is."""

from __future__ import annotations

import gc
import sqlite3
import threading
import warnings
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    AssertionPool,
    AsyncAdaptedQueuePool,
    NullPool,
    Pool,
    QueuePool,
    StaticPool,
    create_engine,
    text,
)
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import SingletonThreadPool

from tests.capture.pools import watching
from tests.databases import POSTGRESQL, async_databases

KINDS = [
    (QueuePool, (0, 1, 0), (15, 5)),
    (NullPool, (0, 0, 0), (None, 0)),
    (StaticPool, (0, 1, 0), (1, 1)),
    (SingletonThreadPool, (0, 1, 0), (5, 5)),
    (AssertionPool, (0, 1, 0), (1, 1)),
]


@pytest.mark.parametrize(("kind", "after", "limits"), KINDS)
def test_a_connection_is_used_and_then_idle_or_closed(
    tmp_path: Path, kind: type[Pool], after: tuple[int, int, int], limits: tuple[int | None, int]
) -> None:
    """Whether a pool keeps it is its own affair, and so is how many it may have."""
    engine = create_engine(f"sqlite:///{tmp_path}/kinds.sqlite3", poolclass=kind)

    with watching({"app": engine}) as seen:
        for _ in range(2):
            with engine.connect():
                assert seen.now() == (1, 0, 0)
            assert seen.now() == after
        last = seen.states["app"][-1]
        assert (last.max, last.max_idle) == limits
        assert len(seen.holds["app"]) == 2
        engine.dispose()
        assert seen.now() == (0, 0, 0)


@pytest.mark.parametrize(
    ("options", "limits"),
    [
        ({"pool_size": 3, "max_overflow": 4}, (7, 3)),
        ({"pool_size": 3, "max_overflow": 0}, (3, 3)),
        ({"pool_size": 3, "max_overflow": -1}, (None, 3)),
        ({"pool_size": 0}, (None, None)),
    ],
)
def test_the_limits_of_a_queue_are_those_it_was_given(
    options: dict[str, int], limits: tuple[int | None, int | None]
) -> None:
    """What has no limit has none here."""
    engine = create_engine("sqlite://", poolclass=QueuePool, **options)

    with watching({"app": engine}) as seen:
        last = seen.states["app"][-1]

    assert (last.max, last.max_idle) == limits


def test_a_connection_in_memory_counts_for_each_thread() -> None:
    """The pool of an in-memory SQLite lends every thread a connection of its own."""
    engine = create_engine("sqlite://")
    seen_there: list[tuple[int, int, int]] = []

    with watching({"app": engine}) as seen, engine.connect():

        def work() -> None:
            with engine.connect(), engine.connect():
                seen_there.append(seen.now())

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

        assert seen_there == [(2, 0, 0)]
        assert seen.now() == (1, 1, 0)
        # The thread had one connection, however often it asked.
        assert len(seen.waits["app"]) == 3
        assert len(seen.holds["app"]) == 1


def test_a_static_connection_counts_once_whoever_has_it() -> None:
    """Two borrow it at once; there is still only one."""
    engine = create_engine("sqlite://", poolclass=StaticPool)

    with watching({"app": engine}) as seen:
        first, second = engine.connect(), engine.connect()
        both = seen.now()
        first.close()
        second.close()

        assert both == (1, 0, 0)
        assert seen.now() == (0, 1, 0)


def test_a_static_connection_that_is_replaced_leaves_nothing_behind() -> None:
    """The pool drops it without an event."""
    engine = create_engine("sqlite://", poolclass=StaticPool)

    with watching({"app": engine}) as seen:
        for _ in range(3):
            with engine.connect() as connection:
                connection.connection.invalidate(soft=True)

        assert seen.now() == (0, 1, 0)


@pytest.fixture(params=async_databases())
async def small(request: pytest.FixtureRequest, anyio_backend: str) -> AsyncIterator[AsyncEngine]:
    """Lend an asynchronous engine with room for two connections."""
    options = {"poolclass": AsyncAdaptedQueuePool, "pool_size": 2, "max_overflow": 0}
    async with request.param.async_engine(**options) as engine:
        yield engine


@pytest.mark.anyio
async def test_an_asynchronous_engine_is_counted_like_any_other(small: AsyncEngine) -> None:
    """Used, idle, invalidated and disposed, on every asynchronous driver."""
    with watching({"app": small}) as seen:
        async with small.connect() as connection:
            await connection.execute(text("SELECT 1"))
            used = seen.now()
        idle = seen.now()
        async with small.connect() as connection, small.connect():
            both = seen.now()
            await connection.invalidate()
            invalidated = seen.now()
        async with small.connect():
            pass
        again = seen.now()
        await small.dispose()

        assert (used, idle) == ((1, 0, 0), (0, 1, 0))
        assert (both, invalidated) == ((2, 0, 0), (1, 0, 0))
        assert again == (0, 2, 0)
        assert seen.now() == (0, 0, 0)
        assert seen.states["app"][0].max == 2


@pytest.mark.anyio
async def test_an_asynchronous_static_pool_is_counted() -> None:
    """An in-memory SQLite of an asynchronous engine has one connection."""
    engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)

    with watching({"app": engine}) as seen:
        async with engine.connect():
            used = seen.now()
        idle = seen.now()
        await engine.dispose()

        assert (used, idle, seen.now()) == ((1, 0, 0), (0, 1, 0), (0, 0, 0))


@pytest.mark.anyio
@pytest.mark.postgresql
async def test_an_asynchronous_connection_that_is_lost_is_given_back() -> None:
    """The garbage collector ends it, which SQLAlchemy complains of."""
    engine = create_async_engine(POSTGRESQL.url.set(drivername="postgresql+asyncpg"))

    with watching({"app": engine}) as seen, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        connection = await engine.connect()
        used = seen.now()
        del connection
        gc.collect()

        assert used == (1, 0, 0)
        assert seen.now() == (0, 0, 0)
        assert len(seen.holds["app"]) == 1
    await engine.dispose()


def test_an_engine_with_options_shares_the_count(tmp_path: Path) -> None:
    """It has the pool of the engine it was made of, also when it asks first."""
    engine = create_engine(f"sqlite:///{tmp_path}/options.sqlite3")
    serial = engine.execution_options(isolation_level="SERIALIZABLE")

    with watching() as seen:
        with serial.connect(), engine.connect():
            both = seen.now("options.sqlite3")
        engine.dispose()
        with engine.connect():
            disposed = seen.now("options.sqlite3")

        assert (both, disposed) == ((2, 0, 0), (1, 0, 0))
        assert not any(name.startswith("options.sqlite3#") for name in seen.states)


def test_a_pool_without_engine_is_counted_too() -> None:
    """A pool is a pool; it goes by its logging name."""
    creator: Any = partial(sqlite3.connect, ":memory:")
    pool = QueuePool(creator, logging_name="bare")

    with watching() as seen:
        connection = pool.connect()
        used = seen.now("bare")
        connection.close()

        assert (used, seen.now("bare")) == ((1, 0, 0), (0, 1, 0))
        pool.dispose()


@pytest.mark.parametrize("name", ["engine_connect", "engine_disposed", "before_cursor_execute"])
def test_no_statement_becomes_slower(name: str) -> None:
    """Any listener of an engine event would put four dispatches around every statement."""
    engine = create_engine("sqlite://")

    with watching({"app": engine}), engine.connect():
        assert list(getattr(engine.dispatch, name)) == []
