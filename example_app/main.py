"""The bookshop: `uvicorn --factory example_app.main:create_app`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI

from example_app.database import Database
from example_app.metrics import Sink, add_metrics, prometheus_sink, watch
from example_app.routes import columns, duplicates, limits, loops, relationships, writes
from example_app.settings import Settings
from querywatch import QueryWatchMiddleware


def create_app(
    settings: Settings | None = None,
    *,
    database: Database | None = None,
    sinks: Sequence[Sink] = (),
) -> FastAPI:
    """Build the application; without *settings* they come from the environment.

    Without a *database* it has one of its own. *sinks* are given every report, beside what the
    settings ask for.
    """
    chosen = settings or Settings.from_environment()
    database = database or Database.from_settings(chosen)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Database]]:
        yield {"database": database}
        await database.dispose()

    app = FastAPI(title="Bookshop", lifespan=lifespan)
    if chosen.metrics:
        sinks = [*sinks, prometheus_sink(database)]
        add_metrics(app)
    # What lies under /limits has middleware of its own, with limits of its own.
    app.add_middleware(QueryWatchMiddleware, watch=watch(sinks), exclude=["/limits", "/metrics"])
    for room in (relationships, columns, loops, writes, duplicates):
        app.include_router(room.router)
    app.mount("/limits", limits.create_app(sinks))
    return app
