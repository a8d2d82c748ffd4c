"""Statements are counted wherever they ran: on an event loop, behind a client, in a live server."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.suite.project import PLUGINS
from tests.suite.small import project

ANYIO = """
@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def rows(anyio_backend):
    cure()
    yield
    cure()


@pytest.mark.anyio
@pytest.mark.max_queries(2)
async def test_within(rows):
    cure()


@pytest.mark.anyio
@pytest.mark.max_queries(1)
async def test_over(rows):
    cure()


@pytest.mark.anyio
async def test_block(rows, querywatch_recorder):
    with querywatch_recorder(max_queries=1):
        cure()
"""

ASYNCIO = """
import pytest_asyncio

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def rows():
    cure()
    yield
    cure()


@pytest.mark.max_queries(2)
async def test_within(rows):
    cure()


@pytest.mark.max_queries(1)
async def test_over(rows):
    cure()


@pytest.mark.asyncio(loop_scope="function")
async def test_block(querywatch_recorder):
    with querywatch_recorder(max_queries=1):
        cure()
"""

CLIENTS = """
import asyncio
import threading
import time
import urllib.request

import httpx
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from querywatch import QueryWatchMiddleware
from querywatch.watch import QueryWatch

reports = []


def make_app(*, watched):
    app = FastAPI()
    if watched:
        app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[reports.append]))

    @app.get("/async")
    async def on_the_loop():
        return cure()

    @app.get("/sync")
    def in_a_thread():
        return cure()

    return app


@pytest.fixture(params=[False, True], ids=["bare", "watched"])
def app(request):
    reports.clear()
    return make_app(watched=request.param)


@pytest.fixture
def live(app):
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield "http://127.0.0.1:%d" % server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def seen(app):
    return sum(len(report.queries) for report in reports) if app.user_middleware else 4


@pytest.mark.max_queries(3)
def test_client(app):
    client = TestClient(app)
    client.get("/sync")
    client.get("/async")
    assert seen(app) == 4


@pytest.mark.max_queries(3)
def test_client_with_lifespan(app):
    with TestClient(app) as client:
        client.get("/sync")
        client.get("/async")
    assert seen(app) == 4


@pytest.mark.max_queries(3)
def test_transport(app):
    async def main():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            await client.get("/sync")
            await client.get("/async")

    asyncio.run(main())
    assert seen(app) == 4


@pytest.mark.max_queries(3)
def test_live_server(app, live):
    for path in ("/sync", "/async"):
        urllib.request.urlopen(live + path).read()
    # The client has its answer before the server is done with the request.
    deadline = time.monotonic() + 10
    while seen(app) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert seen(app) == 4
"""


def test_tests_of_anyio(tmp_path: Path) -> None:
    """Its runner lives in a context of its own, made by a fixture before the test."""
    run = project(tmp_path, ANYIO).run()

    assert run.broken == {"test_shop.py::test_over", "test_shop.py::test_block"}
    assert run.text.count("2 queries, limit 1 (1 over): SELECT orders ×1 shop.py") == 2


@pytest.mark.skipif(find_spec("pytest_asyncio") is None, reason="needs pytest-asyncio")
def test_tests_of_pytest_asyncio(tmp_path: Path) -> None:
    """A loop may live for a module or for one test."""
    run = project(tmp_path, ASYNCIO).run("-p", "pytest_asyncio.plugin")

    assert run.broken == {"test_shop.py::test_over", "test_shop.py::test_block"}
    assert run.text.count("2 queries, limit 1 (1 over): SELECT orders ×1 shop.py") == 2


def test_every_client_and_a_live_server(tmp_path: Path) -> None:
    """Both the test and the application's own middleware see all four statements."""
    made = project(tmp_path, CLIENTS)
    made.environment["COLUMNS"] = "200"
    run = made.run("-W", "ignore")

    assert run.outcome == "8 failed"
    assert run.text.count("- Failed: 4 queries, limit 3 (1 over): SELECT orders") == 8


def test_the_plugins_beside_us_are_those_we_name() -> None:
    """No plugin that happens to be installed takes part in these runs."""
    assert PLUGINS == ("anyio", "xdist.plugin", "querywatch.pytest_plugin")
