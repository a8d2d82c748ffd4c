"""The generator's knowledge, held against what SQLAlchemy itself says it executes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import Connection, Engine, event, make_url
from starlette.types import Receive, Scope, Send

from example_app.catalogue import PAIRS
from example_app.main import create_app
from example_app.settings import Settings
from tests.metrics.e2e.bookshop import Databases
from tests.metrics.e2e.load import STATEMENTS, both


@pytest.fixture
def executed(databases: Databases) -> Iterator[list[object]]:
    """Lend a list of what is executed on the databases, by an event of SQLAlchemy's.

    Each execution is in it once, though SQLAlchemy may hand its rows to the driver in batches.
    """
    executions: list[object] = []
    ours = {make_url(url).database for url in (databases.primary, databases.replica)}

    def note(
        connection: Connection, _cursor: object, _text: str, _values: object, *of: object
    ) -> None:
        if connection.engine.url.database in ours and of[0] not in executions:
            executions.append(of[0])

    event.listen(Engine, "before_cursor_execute", note)
    yield executions
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.anyio
async def test_each_request_executes_what_the_generator_says(
    databases: Databases, executed: list[object]
) -> None:
    """Of every sin and cure, without asking querywatch."""
    settings = Settings(make_url(databases.primary), make_url(databases.replica))
    counted = {}
    app = create_app(settings)
    async with app.router.lifespan_context(app) as state, client(app, state) as bookshop:
        for visit in (visit for pair in PAIRS for visit in both(pair)):
            executed.clear()
            answer = await bookshop.request(visit.method, visit.path)
            counted[visit.path] = (answer.status_code, len(executed))

    assert counted == {
        visit.path: (visit.status, visit.statements) for pair in PAIRS for visit in both(pair)
    }
    assert set(STATEMENTS) == {pair.name for pair in PAIRS}


def client(app: FastAPI, state: object) -> AsyncClient:
    """Make a client of *app*, whose requests see what its lifespan has made."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": dict(state or {})}, receive, send)  # type: ignore[call-overload]

    return AsyncClient(transport=ASGITransport(app=serve), base_url="http://bookshop")
