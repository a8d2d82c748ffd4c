"""Who waits for a connection is counted, and how long, until there is one or patience ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from time import perf_counter

import pytest
from sqlalchemy import AsyncAdaptedQueuePool, Engine, QueuePool
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from tests.capture.pools import Seen, watching
from tests.databases import async_databases, sync_databases

ONE = {"pool_size": 1, "max_overflow": 0}


@pytest.fixture(params=sync_databases())
def one(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Lend an engine that has one connection."""
    with request.param.engine(poolclass=QueuePool, pool_timeout=0.5, **ONE) as engine:
        yield engine


@pytest.fixture(params=async_databases())
async def one_async(
    request: pytest.FixtureRequest, anyio_backend: str
) -> AsyncIterator[AsyncEngine]:
    """Lend an asynchronous engine that has one connection."""
    options = {"poolclass": AsyncAdaptedQueuePool, "pool_timeout": 10, **ONE}
    async with request.param.async_engine(**options) as engine:
        yield engine


def test_a_pool_that_is_exhausted_times_out_once(one: Engine) -> None:
    """The application gets SQLAlchemy's own error, and one caller is counted."""
    with watching({"app": one}) as seen:
        with one.connect(), pytest.raises(PoolTimeoutError) as refused:
            one.connect()

        assert seen.timeouts == ["app"]
        assert seen.now() == (0, 1, 0)
        assert len(seen.waits["app"]) == 1
    assert refused.value.code == "3o7r"
    assert str(refused.value).startswith("QueuePool limit of size 1 overflow 0 reached")
    assert refused.value.__cause__ is None


def test_a_pool_that_has_one_times_nobody_out(one: Engine) -> None:
    """Whoever gives back what it took leaves no mark."""
    with watching({"app": one}) as seen:
        for _ in range(3):
            with one.connect():
                pass

        assert seen.timeouts == []


def test_whoever_waits_is_pending_until_a_connection_comes_back(one: Engine) -> None:
    """It waits while the other holds it; the second connection is the first again."""
    asked = threading.Event()
    waited: list[bool] = []

    def work() -> None:
        with one.connect():
            waited.append(True)

    with watching({"app": one}, Seen(asked.set)) as seen:
        with one.connect():
            asked.clear()
            thread = threading.Thread(target=work)
            thread.start()
            assert asked.wait(10)
            since = perf_counter()
            during = seen.now()
            held = perf_counter() - since
        thread.join()

        assert waited == [True]
        assert during == (1, 0, 1)
        assert seen.now() == (0, 1, 0)
        assert len(seen.opened["app"]) == 1
        # Not at most as long as the other held it: a thread may be slow to wake up.
        assert seen.waits["app"][1] >= held


def test_a_wait_takes_as_long_as_connecting(one: Engine) -> None:
    """The first caller waits for the driver, the second only for the pool."""
    with watching({"app": one}) as seen:
        for _ in range(2):
            with one.connect():
                pass

        first, second = seen.waits["app"]
        (opened,) = seen.opened["app"]
        assert 0 < opened <= first
        assert second > 0
        assert all(seconds > 0 for seconds in seen.holds["app"])


@pytest.mark.anyio
async def test_a_task_that_is_cancelled_while_it_waits_is_pending_no_longer(
    one_async: AsyncEngine,
) -> None:
    """Its wait was in vain, but it did not time out."""
    asked = asyncio.Event()
    with watching({"app": one_async}, Seen(asked.set)) as seen:
        async with one_async.connect():
            asked.clear()
            task = asyncio.create_task(_connected(one_async))
            await asked.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            cancelled = seen.now()

        assert cancelled == (1, 0, 0)
        assert seen.now() == (0, 1, 0)
        assert seen.timeouts == []


@pytest.mark.anyio
async def test_a_caller_whose_own_patience_ends_is_pending_no_longer(
    one_async: AsyncEngine,
) -> None:
    """`asyncio.wait_for` gives up before the pool does."""
    with watching({"app": one_async}) as seen:
        async with one_async.connect():
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(_connected(one_async), 0.01)
            given_up = seen.now()

        assert given_up == (1, 0, 0)
        assert seen.now() == (0, 1, 0)
        assert seen.timeouts == []
        assert len(seen.waits["app"]) == 1


@pytest.mark.anyio
async def test_tasks_wait_for_one_connection_in_turn(one_async: AsyncEngine) -> None:
    """Ten wait while it is opened; in the end all had it and nobody is pending."""
    with watching({"app": one_async}) as seen:
        await asyncio.gather(*(_borrowed(one_async) for _ in range(10)))

        assert seen.now() == (0, 1, 0)
        assert max(state.pending for state in seen.states["app"]) == 10
        assert max(state.used for state in seen.states["app"]) == 1
        assert len(seen.waits["app"]) == len(seen.holds["app"]) == 10


async def _connected(engine: AsyncEngine) -> AsyncConnection:
    return await engine.connect()


async def _borrowed(engine: AsyncEngine) -> None:
    async with engine.connect():
        await asyncio.sleep(0)
