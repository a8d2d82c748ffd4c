"""The bookshop: `uvicorn --factory example_app.main:create_app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from example_app.database import Database
from example_app.routes import columns, duplicates, limits, loops, relationships, writes
from example_app.settings import Settings
from querywatch import QueryWatchMiddleware


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application; without *settings* they come from the environment."""
    chosen = settings or Settings.from_environment()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Database]]:
        database = Database.from_settings(chosen)
        yield {"database": database}
        await database.dispose()

    app = FastAPI(title="Bookshop", lifespan=lifespan)
    # What lies under /limits has middleware of its own, with limits of its own.
    app.add_middleware(QueryWatchMiddleware, exclude=["/limits"])
    for room in (relationships, columns, loops, writes, duplicates):
        app.include_router(room.router)
    app.mount("/limits", limits.create_app())
    return app
