"""What every test may ask for: an engine on each database, and the services' absence."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from querywatch.capture.state import units
from tests.databases import SERVERS, async_databases, refuse, sync_databases
from tests.services import PROGRAMS

# A shell makes what it starts in the background deaf to Ctrl-C, and with it all that this starts:
# tests that end a server by it would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep a test from starting whose database server does not answer or program is missing."""
    for service in (*SERVERS, *PROGRAMS):
        if item.get_closest_marker(service.mark) and (trouble := service.trouble()):
            refuse(trouble)


@pytest.fixture(scope="session", autouse=True)
def _databases() -> Iterator[None]:
    yield
    for server in SERVERS:
        server.drop_all()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, the only loop SQLAlchemy knows."""
    return "asyncio"


@pytest.fixture(params=sync_databases())
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Lend an engine on an empty database, once for every synchronous driver."""
    with request.param.engine() as engine:
        yield engine


@pytest.fixture(params=async_databases())
async def async_engine(
    request: pytest.FixtureRequest, anyio_backend: str
) -> AsyncIterator[AsyncEngine]:
    """Lend an engine on an empty database, once for every asynchronous driver."""
    async with request.param.async_engine() as engine:
        yield engine


@pytest.fixture(autouse=True)
def _no_unit_left_open() -> Iterator[None]:
    """Fail the test that leaves a unit of work open: every later one would pay for it."""
    before = set(units)
    yield
    left = set(units) - before
    for unit in left:
        del units[unit]
    assert not left, "a recording was left open"
