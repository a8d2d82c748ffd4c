"""Run one scenario on a database that keeps nothing of it, and return the report."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session

import querywatch
from querywatch import Report
from tests.scenarios.models import Base, fill


def open_shop(engine: Engine) -> None:
    """Make the tables and fill them."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        fill(session)


async def open_async_shop(engine: AsyncEngine) -> None:
    """Make the tables and fill them."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        await session.run_sync(fill)


def begin_for_sqlite(engine: Engine) -> None:
    """Let SQLite begin when SQLAlchemy says so: its driver would commit a released savepoint."""

    @event.listens_for(engine, "connect")
    def leave_it_to_us(connection: Any, _: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")


@contextmanager
def visit(engine: Engine) -> Iterator[Session]:
    """Lend a session that may commit; afterwards nothing of it is left."""
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@asynccontextmanager
async def visit_async(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Lend a session that may commit; afterwards nothing of it is left."""
    async with engine.connect() as connection, connection.begin() as transaction:
        async with AsyncSession(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        await transaction.rollback()


def watch(engine: Engine, run: Callable[..., Any], *options: Any) -> Report:
    """Record *run* at default settings."""
    with visit(engine) as session, querywatch.record(run.__name__) as recording:
        run(session, *options)
    return _timeless(recording.report)


async def watch_async(engine: AsyncEngine, run: Callable[..., Any], *options: Any) -> Report:
    """Record *run* at default settings, through `run_sync` unless it is a coroutine function."""
    async with visit_async(engine) as session:
        with querywatch.record(run.__name__) as recording:
            if inspect.iscoroutinefunction(run):
                await run(session, *options)
            else:
                await session.run_sync(run, *options)
    return _timeless(recording.report)


def _timeless(report: Report) -> Report:
    # How long a statement takes is the machine's business, and it may be a busy one.
    kept = tuple(finding for finding in report.findings if finding.kind != "slow_query")
    return replace(report, findings=kept)
