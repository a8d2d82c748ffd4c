"""Reads go to the replica, writes to the primary, and the engines live as long as the process."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from httpx import AsyncClient
from sqlalchemy import URL, NullPool, QueuePool, create_engine, inspect, select

from example_app.database import Database
from example_app.main import create_app
from example_app.models import Review
from example_app.settings import Settings, sync_url


def review_ids(url: URL) -> Sequence[int]:
    """Return the ids of every review in the database at *url*."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return connection.scalars(select(Review.id).order_by(Review.id)).all()


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/cures/review-flushes", "/cures/review-inserts"])
async def test_both_stacks_write_to_the_primary_alone(
    client: AsyncClient, settings: Settings, path: str
) -> None:
    """Twelve reviews more in the primary, none in the replica, sync and async."""
    primary, replica = review_ids(settings.primary_url), review_ids(settings.replica_url)
    await client.post(path)

    assert len(review_ids(settings.primary_url)) == len(primary) + 12
    assert review_ids(settings.replica_url) == replica


@pytest.mark.anyio
async def test_a_read_does_not_see_what_only_the_primary_has(client: AsyncClient) -> None:
    """Reads go to the replica, which has five reviews of each book and gets no more."""
    await client.post("/cures/review-flushes")
    counted = (await client.get("/cures/review-counts")).json()

    assert {book["count"] for book in counted} == {5}


@pytest.mark.anyio
async def test_the_engines_are_disposed_when_the_application_ends(tmp_path: Path) -> None:
    """A pooled connection stays open between requests, and not a moment longer than the app."""
    url = sync_url(f"sqlite:///{tmp_path}/empty.sqlite3")
    app = create_app(Settings(primary_url=url, replica_url=url))
    async with app.router.lifespan_context(app) as state:
        database = dict(state or {})["database"]
        with database.primary.connect():
            pass
        async with database.async_replica.connect():
            pass
        during = idle(database)

    assert during == [1, 0, 0, 1]
    assert idle(database) == [0, 0, 0, 0]


def idle(database: Database) -> list[int]:
    """Count the idle connections of each pool."""
    engines = (
        database.primary,
        database.replica,
        database.async_primary.sync_engine,
        database.async_replica.sync_engine,
    )
    return [engine.pool.checkedin() for engine in engines if isinstance(engine.pool, QueuePool)]


def test_the_pools_are_as_large_as_the_settings_say(tmp_path: Path) -> None:
    """All four pools take their size from the settings."""
    url = sync_url(f"sqlite:///{tmp_path}/empty.sqlite3")
    database = Database.from_settings(Settings(primary_url=url, replica_url=url, pool_size=3))

    assert isinstance(database.primary.pool, QueuePool)
    assert isinstance(database.async_replica.sync_engine.pool, QueuePool)
    assert database.primary.pool.size() == database.async_replica.sync_engine.pool.size() == 3


@pytest.mark.anyio
async def test_starting_the_application_creates_no_table(tmp_path: Path) -> None:
    """Migrations are a step of their own: the application leaves an empty database empty."""
    url = sync_url(f"sqlite:///{tmp_path}/empty.sqlite3")
    app = create_app(Settings(primary_url=url, replica_url=url))
    async with app.router.lifespan_context(app):
        pass

    assert inspect(create_engine(url, poolclass=NullPool)).get_table_names() == []
