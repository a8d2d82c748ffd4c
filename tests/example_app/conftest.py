"""A seeded bookshop on every database, and a client that talks to it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import URL, NullPool, create_engine
from starlette.types import Receive, Scope, Send

from example_app.main import create_app
from example_app.migrate import upgrade
from example_app.seed import copy_rows, seed
from example_app.settings import Settings
from tests.databases import sync_databases


def build(primary: URL, replica: URL) -> Settings:
    """Migrate and seed both databases."""
    for url in (primary, replica):
        upgrade(url)
    engine = create_engine(primary, poolclass=NullPool)
    seed(engine)
    copy_rows(engine, create_engine(replica, poolclass=NullPool))
    return Settings(primary_url=primary, replica_url=replica)


@pytest.fixture(scope="session", params=sync_databases())
def settings(request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Lend a seeded bookshop; tests may add to its primary and leave its replica as it is."""
    with request.param.empty() as primary, request.param.empty() as replica:
        yield build(primary, replica)


@pytest.fixture
async def client(settings: Settings, anyio_backend: str) -> AsyncIterator[AsyncClient]:
    """Lend a client of the running application."""
    app = create_app(settings)
    async with app.router.lifespan_context(app) as state:

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "state": dict(state or {})}, receive, send)

        transport = ASGITransport(app=serve)
        async with AsyncClient(transport=transport, base_url="http://bookshop") as client:
            yield client
