"""The bookshop for the soak: seeded in a folder, with endpoints that stream and that fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import NullPool, create_engine, make_url, select

from example_app.database import AsyncReader
from example_app.main import create_app
from example_app.migrate import upgrade
from example_app.models import Book
from example_app.seed import copy_rows, seed
from example_app.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROWS = 20

router = APIRouter(prefix="/soak")


@router.get("/page")
async def page(session: AsyncReader) -> list[str]:
    """Answer one page of titles."""
    return list(await session.scalars(select(Book.title).limit(ROWS)))


@router.get("/error")
async def error(session: AsyncReader) -> float:
    """Run one query, then fail."""
    return float(len(list(await session.scalars(select(Book.id).limit(1)))) / 0)


@router.get("/stream")
async def stream(session: AsyncReader) -> StreamingResponse:
    """Send rows while they are read."""

    async def lines() -> AsyncIterator[str]:
        async for title in await session.stream_scalars(select(Book.title).limit(ROWS)):
            yield f"{title}\n"

    return StreamingResponse(lines())


def prepared(folder: str) -> Settings:
    """Migrate and seed both databases as files in *folder*."""
    urls = [make_url(f"sqlite:///{folder}/{name}.db") for name in ("primary", "replica")]
    for url in urls:
        upgrade(url)
    primary, replica = (create_engine(url, poolclass=NullPool) for url in urls)
    seed(primary)
    copy_rows(primary, replica)
    return Settings(primary_url=urls[0], replica_url=urls[1])


def bookshop(settings: Settings) -> FastAPI:
    """Build the application with the soak's own endpoints."""
    app = create_app(settings)
    app.include_router(router)
    return app
