"""One filled shop per database for the whole catalogue: no scenario leaves anything behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.databases import async_databases, sync_databases
from tests.scenarios.shop import begin_for_sqlite, open_async_shop, open_shop


@pytest.fixture(scope="session", params=sync_databases())
def shop(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Lend an engine on the shop, once for every synchronous driver."""
    with request.param.engine() as engine:
        if request.param.server is None:
            begin_for_sqlite(engine)
        open_shop(engine)
        yield engine


@pytest.fixture(scope="session", params=async_databases())
async def async_shop(
    request: pytest.FixtureRequest, anyio_backend: str
) -> AsyncIterator[AsyncEngine]:
    """Lend an engine on the shop, once for every asynchronous driver."""
    async with request.param.async_engine() as engine:
        if request.param.server is None:
            begin_for_sqlite(engine.sync_engine)
        await open_async_shop(engine)
        yield engine
