"""Statements that are cancelled, time out or fail are recorded, and hurt nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from querywatch import QueryWatch
from querywatch.settings import Settings
from tests.databases import POSTGRESQL, Database

pytestmark = [pytest.mark.anyio, pytest.mark.postgresql]


@pytest.fixture
async def server() -> AsyncIterator[AsyncEngine]:
    """Lend an asyncpg engine."""
    async with Database("postgresql+asyncpg", POSTGRESQL).async_engine() as engine:
        yield engine


@pytest.fixture(params=["dialect", "cursor"])
def watch(request: pytest.FixtureRequest) -> QueryWatch:
    """Make a watch with each backend."""
    return QueryWatch(settings=Settings.load(backend=request.param))


async def test_a_statement_that_timed_out_is_recorded(
    server: AsyncEngine, watch: QueryWatch
) -> None:
    """`asyncio.timeout` around a slow statement ends as TimeoutError and leaves its record."""
    with watch.record() as recording, pytest.raises(TimeoutError):
        await _time_out(server)

    (query,) = recording.report.queries
    assert query.error == "asyncio.exceptions.CancelledError"
    assert query.duration < 60


async def test_a_cancelled_task_is_recorded(server: AsyncEngine, watch: QueryWatch) -> None:
    """A task cancelled from outside stays cancelled, and its statement is on record."""
    begun = asyncio.Event()
    async with server.connect() as connection:
        await connection.execute(text("SELECT 1"))
    event.listen(server.sync_engine, "do_execute", lambda *_: begun.set())
    with watch.record() as recording:
        task = asyncio.create_task(_sleep(server))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    (query,) = recording.report.queries
    assert query.error == "asyncio.exceptions.CancelledError"


async def test_a_statement_that_the_server_ended_is_recorded(
    server: AsyncEngine, watch: QueryWatch
) -> None:
    """A `statement_timeout` of the server is an error of the driver like any other."""
    with watch.record() as recording:
        async with server.connect() as connection:
            await connection.execute(text("SET statement_timeout = 20"))
            with pytest.raises(DBAPIError):
                await connection.execute(text("SELECT pg_sleep(5)"))

    (query,) = recording.report.queries
    assert query.error is not None
    assert recording.report.recording.setup_statements >= 1


async def test_the_engine_works_on_after_a_cancellation(
    server: AsyncEngine, watch: QueryWatch
) -> None:
    """The next statement runs and is recorded as if nothing had happened."""
    with watch.record() as recording:
        with pytest.raises(TimeoutError):
            await _time_out(server)
        async with server.connect() as connection:
            answer = (await connection.execute(text("SELECT 7"))).scalar()

    assert answer == 7
    assert [query.error is None for query in recording.report.queries] == [False, True]


async def _sleep(server: AsyncEngine) -> None:
    async with server.connect() as connection:
        await connection.execute(text("SELECT pg_sleep(60)"))


async def _time_out(server: AsyncEngine) -> None:
    """Let the time be up exactly when the statement is on its way."""
    async with asyncio.timeout(None) as deadline, server.connect() as connection:

        def up(*_: object) -> None:
            deadline.reschedule(asyncio.get_running_loop().time())

        event.listen(server.sync_engine, "do_execute", up)
        try:
            await connection.execute(text("SELECT pg_sleep(60)"))
        finally:
            event.remove(server.sync_engine, "do_execute", up)
