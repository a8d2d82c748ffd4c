"""Two hundred requests at once, one query each: every report holds exactly its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import QueuePool, create_engine, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from querywatch import QueryWatch, QueryWatchMiddleware, Report
from tests.capture.library import async_library, stock

REQUESTS = 200

pytestmark = pytest.mark.anyio


def statement(number: int) -> Any:
    """Write a statement that tells its request."""
    return text(f"SELECT id AS n{number} FROM authors")


async def serve(app: FastAPI) -> list[Report]:
    """Ask *app* for every number at once and return the reports."""
    reports: list[Report] = []
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[reports.append]))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        answers = await asyncio.gather(*(client.get(f"/{n}") for n in range(REQUESTS)))
    assert [answer.json() for answer in answers] == list(range(REQUESTS))
    return reports


def found(reports: list[Report]) -> list[list[str]]:
    """List what each report recorded, in the order of the numbers."""
    names = [[query.statement.split()[3] for query in report.queries] for report in reports]
    return sorted(names, key=lambda one: int(one[0][1:]) if one else -1)


EXPECTED = [[f"n{number}"] for number in range(REQUESTS)]


async def test_requests_of_an_async_app_never_mix(tmp_path: Path) -> None:
    """An asynchronous endpoint on aiosqlite, all requests on one event loop."""
    app = FastAPI()
    async with async_library(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}") as engine:

        @app.get("/{number}")
        async def endpoint(number: int) -> int:
            async with AsyncSession(engine) as session:
                await asyncio.sleep(0)
                await session.execute(statement(number))
                await asyncio.sleep(0)
            return number

        reports = await serve(app)

    assert found(reports) == EXPECTED
    assert {report.recording.outside for report in reports} == {0}


async def test_requests_of_a_threaded_app_never_mix(tmp_path: Path) -> None:
    """A synchronous endpoint, its requests spread over a pool of threads."""
    app = FastAPI()
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}", poolclass=QueuePool, pool_size=40)
    stock(engine)

    @app.get("/{number}")
    def endpoint(number: int) -> int:
        with Session(engine) as session:
            session.execute(statement(number))
        return number

    reports = await serve(app)
    engine.dispose()

    assert found(reports) == EXPECTED
    assert {report.recording.outside for report in reports} == {0}


@pytest.mark.parametrize("work", [asyncio.to_thread, None])
async def test_helpers_of_a_request_belong_to_it(
    tmp_path: Path, work: Callable[..., Any] | None
) -> None:
    """Threads and tasks that a request starts are its own."""
    app = FastAPI()
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}", poolclass=QueuePool, pool_size=40)
    stock(engine)

    def ask(number: int) -> None:
        with Session(engine) as session:
            session.execute(statement(number))

    async def ask_in_a_task(number: int) -> None:
        ask(number)

    @app.get("/{number}")
    async def endpoint(number: int) -> int:
        if work is None:
            await asyncio.create_task(ask_in_a_task(number))
        else:
            await work(ask, number)
        return number

    reports = await serve(app)
    engine.dispose()

    assert found(reports) == EXPECTED
