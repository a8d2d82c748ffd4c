"""Call sites across greenlets: the awaiting line is found from inside SQLAlchemy's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Session, selectinload

import querywatch
from querywatch import CallSite, Report
from tests.capture.library import Author, async_library
from tests.databases import Database, async_databases
from tests.resolve.places import is_clean, marked, only

pytestmark = pytest.mark.anyio


@pytest.fixture(params=async_databases())
async def library(request: pytest.FixtureRequest) -> AsyncIterator[AsyncEngine]:
    """Lend a stocked library on each asynchronous driver."""
    database: Database = request.param
    with database.empty() as url:
        async with async_library(url.render_as_string(hide_password=False)) as engine:
            yield engine


def used(report: Report, number: int = 0) -> tuple[str, int]:
    """Return function and line of what a query was run by."""
    site = report.queries[number].used_at
    assert site is not None
    return site.function, site.line


async def by_session(library: AsyncEngine) -> None:
    """Await the session."""
    async with AsyncSession(library) as session:
        await session.scalars(select(Author))  # session


async def by_connection(library: AsyncEngine) -> None:
    """Await a connection."""
    async with library.connect() as connection:
        await connection.execute(text("SELECT 1"))  # connection


async def by_stream(library: AsyncEngine) -> None:
    """Await a server-side cursor."""
    async with AsyncSession(library) as session:
        result = await session.stream_scalars(select(Author))  # stream
        assert len([author async for author in result]) == 3


async def by_get(library: AsyncEngine) -> None:
    """Await one object."""
    async with AsyncSession(library) as session:
        await session.get(Author, 1)  # get


@pytest.mark.parametrize(
    ("work", "mark"),
    [
        (by_session, "session"),
        (by_connection, "connection"),
        (by_stream, "stream"),
        (by_get, "get"),
    ],
)
async def test_the_awaiting_line_is_named(library: AsyncEngine, work: object, mark: str) -> None:
    """The frame lies in another greenlet than the driver's call."""
    with querywatch.record() as recording:
        await work(library)  # type: ignore[operator]

    query = only(recording.report)
    assert used(recording.report) == (f"by_{mark}", marked(__file__, mark))
    assert query.stack[1].function == "test_the_awaiting_line_is_named"
    assert query.is_async
    assert is_clean(recording.report)


async def test_an_awaitable_attribute_names_the_line_that_awaits_it(library: AsyncEngine) -> None:
    """`awaitable_attrs` loads lazily in a greenlet of its own."""
    with querywatch.record() as recording:
        async with AsyncSession(library) as session:
            for author in await session.scalars(select(Author)):  # parents
                await author.awaitable_attrs.books  # attribute

    (finding,) = recording.report.findings
    assert finding.subject == "Author.books"
    assert finding.count == 3
    assert _line(finding.used_at) == marked(__file__, "attribute")
    assert _line(finding.loaded_at) == marked(__file__, "parents")
    assert is_clean(recording.report)


async def test_run_sync_names_the_line_inside_and_the_line_that_awaits(
    library: AsyncEngine,
) -> None:
    """Synchronous code run by `run_sync` has both its own frame and the awaiting one."""

    def work(session: Session) -> None:
        session.get(Author, 1)  # inside

    with querywatch.record() as recording:
        async with AsyncSession(library) as session:
            await session.run_sync(work)  # outside

    lines = [site.line for site in only(recording.report).stack]
    assert lines == [marked(__file__, "inside"), marked(__file__, "outside")]


async def test_the_connections_run_sync_is_followed_too(library: AsyncEngine) -> None:
    """A connection hands its synchronous self to a function."""
    with querywatch.record() as recording:
        async with library.connect() as connection:
            await _names(connection)

    assert used(recording.report)[0].startswith("_names")
    assert is_clean(recording.report)


async def _names(connection: AsyncConnection) -> None:
    await connection.run_sync(lambda sync: sync.execute(text("SELECT 1")))


async def test_an_eager_load_names_the_line_of_its_select(library: AsyncEngine) -> None:
    """What `selectinload` runs is run by the line that awaits the select."""
    with querywatch.record() as recording:
        async with AsyncSession(library) as session:
            await session.scalars(select(Author).options(selectinload(Author.books)))  # eager

    assert used(recording.report, 0) == used(recording.report, 1)
    assert used(recording.report, 1)[1] == marked(__file__, "eager")
    assert recording.report.queries[1].parent == 0


async def test_a_task_ends_at_its_own_coroutine(library: AsyncEngine) -> None:
    """Nothing above a task runs it but the event loop: whoever made it is not blamed."""
    with querywatch.record() as recording:
        await asyncio.gather(by_session(library), by_get(library))

    assert {len(query.stack) for query in recording.report.queries} == {1}
    assert {query.stack[0].function for query in recording.report.queries} == {
        "by_session",
        "by_get",
    }


async def test_a_coroutine_of_sqlalchemy_run_as_a_task_has_no_line(library: AsyncEngine) -> None:
    """No line of the application runs it, and the event loop's are not taken instead."""
    with querywatch.record() as recording:
        async with AsyncSession(library) as session:
            await asyncio.gather(session.scalars(select(Author)))

    assert only(recording.report).stack == ()


def _line(site: CallSite | None) -> int:
    return site.line if site else 0
