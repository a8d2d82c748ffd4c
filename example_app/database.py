"""The bookshop's engines, built once per process, and the session each request is given."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated, Self, cast

from fastapi import Depends, Request
from sqlalchemy import URL, AsyncAdaptedQueuePool, Engine, QueuePool, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from example_app.settings import Settings, async_url


@dataclass(frozen=True)
class Database:
    """A primary to write to and a replica to read from, each for sync and for async code."""

    primary: Engine
    replica: Engine
    async_primary: AsyncEngine
    async_replica: AsyncEngine

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Build the four engines; no connection is opened yet."""
        return cls(
            primary=_engine(settings.primary_url, settings),
            replica=_engine(settings.replica_url, settings),
            async_primary=_async_engine(settings.primary_url, settings),
            async_replica=_async_engine(settings.replica_url, settings),
        )

    def named(self) -> dict[str, Engine | AsyncEngine]:
        """Return the engines by the names that their pools are counted under."""
        return {
            "primary": self.primary,
            "replica": self.replica,
            "async-primary": self.async_primary,
            "async-replica": self.async_replica,
        }

    async def dispose(self) -> None:
        """Close every pooled connection."""
        self.primary.dispose()
        self.replica.dispose()
        await self.async_primary.dispose()
        await self.async_replica.dispose()


def _engine(url: URL, settings: Settings) -> Engine:
    return create_engine(url, poolclass=QueuePool, **_pool(settings))


def _async_engine(url: URL, settings: Settings) -> AsyncEngine:
    # Named, because SQLAlchemy before 2.0.38 has no pool for files of aiosqlite.
    return create_async_engine(async_url(url), poolclass=AsyncAdaptedQueuePool, **_pool(settings))


def _pool(settings: Settings) -> dict[str, int]:
    return {
        "pool_size": settings.pool_size,
        "max_overflow": settings.max_overflow,
        "pool_timeout": settings.pool_timeout,
    }


def _database(request: Request) -> Database:
    return cast("Database", request.state.database)


def _reader(request: Request) -> Iterator[Session]:
    with Session(_database(request).replica) as session:
        yield session


def _writer(request: Request) -> Iterator[Session]:
    with Session(_database(request).primary) as session:
        yield session


async def _async_reader(request: Request) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(_database(request).async_replica) as session:
        yield session


async def _async_writer(request: Request) -> AsyncIterator[AsyncSession]:
    # Without a greenlet there is no lazy refresh: what was committed must stay readable.
    async with AsyncSession(_database(request).async_primary, expire_on_commit=False) as session:
        yield session


Reader = Annotated[Session, Depends(_reader)]
Writer = Annotated[Session, Depends(_writer)]
AsyncReader = Annotated[AsyncSession, Depends(_async_reader)]
AsyncWriter = Annotated[AsyncSession, Depends(_async_writer)]
