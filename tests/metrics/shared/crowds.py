"""Far more paths, routes and statements than an application should have, for sinks to bear."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from sqlalchemy import Engine, text
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from querywatch import QueryWatch, QueryWatchMiddleware, Report
from tests.middleware.shop import shop

Sink = Callable[[Report], object]


def watched(sink: Sink, routes: int, engine: Engine | None = None) -> Any:
    """Make an application of so many *routes*; each runs a statement where there is an *engine*."""

    def endpoint(request: Any) -> Response:
        if engine is not None:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        return Response()

    listed = [Route(f"/shop/{number}/{{item}}", endpoint) for number in range(routes)]
    return QueryWatchMiddleware(Starlette(routes=listed), watch=QueryWatch(sinks=[sink]))


def ask(app: Any, requests: Iterable[tuple[str, str]]) -> None:
    """Send *requests*, methods and paths, one after another and without a server."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        pass

    async def run() -> None:
        for method, path in requests:
            scope = {"type": "http", "method": method, "path": path, "headers": []}
            await app(scope, receive, send)

    asyncio.run(run())


def ask_for_nonsense(app: Any, amount: int, seed: int = 7) -> None:
    """Send requests for *amount* random paths."""
    random = Random(seed)  # noqa: S311 - paths, not secrets
    ask(app, (("GET", f"/{random.randbytes(8).hex()}") for _ in range(amount)))


def ask_for_every_route(app: Any, routes: int) -> None:
    """Send two requests to each of the *routes*, with different values."""
    ask(app, (("GET", f"/shop/{n}/{item}") for item in range(2) for n in range(routes)))


def run_statements(sink: Sink, numbers: range) -> None:
    """Run a statement of its own for each of *numbers*, a hundred at a time."""
    watch = QueryWatch(sinks=[sink])
    with shop().connect() as connection:
        for first in range(numbers.start, numbers.stop, 100):
            with watch.record("job"):
                for number in range(first, first + 100):
                    connection.exec_driver_sql(f"SELECT 1 AS column_{number}")
