"""A FastAPI request with 1, 10 or 100 queries, called through ASGI without a server."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from sqlalchemy import Engine, make_url, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from benchmarks.workloads import Parent, connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.contestants import Contestant, Installed

REQUESTS = {"request, 1 query": 1, "request, 10 queries": 10, "request, 100 queries": 100}
OK = 200


def measures(
    contestant: Contestant, url: str, names: list[str]
) -> dict[str, Callable[[int], float]]:
    """Return what measures each of the named requests, all on one event loop."""
    if make_url(url).get_dialect().is_async:
        engine = create_async_engine(url)
        app, installed = async_app(engine), contestant(engine.sync_engine)
    else:
        blocking = connect(url)
        app, installed = sync_app(blocking), contestant(blocking)
    watched = around(app, installed)
    runner = asyncio.Runner()

    def measure(name: str) -> Callable[[int], float]:
        return lambda amount: runner.run(requests(watched, REQUESTS[name], amount))

    return {name: measure(name) for name in names}


def sync_app(engine: Engine) -> FastAPI:
    """Make an application whose endpoint runs in a thread."""
    app = FastAPI()

    @app.get("/rows/{count}")
    def rows(count: int) -> list[str]:
        with Session(engine) as session:
            return [
                session.scalars(select(Parent).where(Parent.id == key)).one().name
                for key in range(1, count + 1)
            ]

    return app


def async_app(engine: AsyncEngine) -> FastAPI:
    """Make an application whose endpoint awaits every query."""
    app = FastAPI()

    @app.get("/rows/{count}")
    async def rows(count: int) -> list[str]:
        names = []
        async with AsyncSession(engine) as session:
            for key in range(1, count + 1):
                found = await session.scalars(select(Parent).where(Parent.id == key))
                names.append(found.one().name)
        return names

    return app


def around(app: Any, installed: Installed) -> Any:
    """Put the contestant's middleware around *app*, or its unit of work."""
    if installed.door is not None:
        return installed.door(app)

    async def unit(scope: Any, receive: Any, send: Any) -> None:
        with installed.unit():
            await app(scope, receive, send)

    return unit


async def requests(app: Any, queries: int, amount: int) -> float:
    """Call *app* for *amount* requests one after another and return the seconds."""
    started = perf_counter()
    for _ in range(amount):
        await request(app, f"/rows/{queries}")
    return perf_counter() - started


async def request(app: Any, path: str) -> None:
    """Call *app* once; RuntimeError unless it answers 200."""
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope_of(path), receive, send)
    if statuses != [OK]:
        raise RuntimeError(f"{path} was answered with {statuses}")


def scope_of(path: str) -> dict[str, Any]:
    """Return the ASGI scope of a GET of *path*."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
    }
