"""A recording that adopts owns the process: a test sees whatever ran because of it."""

from __future__ import annotations

import asyncio
import contextvars
from threading import Thread

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

import querywatch
from querywatch import QueryWatch, capture
from querywatch.capture import sampled_out
from tests.middleware.shop import Order, shop, sin


def _ping(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def _on_a_foreign_loop(engine: Engine) -> None:
    """Run a statement on an event loop of a thread that knows no recording."""

    async def ping() -> None:
        _ping(engine)

    thread = Thread(target=asyncio.run, args=(ping(),))
    thread.start()
    thread.join()


def _application(engine: Engine) -> Starlette:
    async def order(request: Request) -> JSONResponse:
        with Session(engine) as session:
            found = session.get(Order, request.path_params["number"])
            return JSONResponse([item.sku for item in found.items] if found else [])

    async def orders(request: Request) -> JSONResponse:
        with Session(engine) as session:
            return JSONResponse([str(session.get(Order, number)) for number in (1, 2, 3)])

    async def add(request: Request) -> JSONResponse:
        with Session(engine) as session:
            session.add(Order())
            session.commit()
        return JSONResponse({})

    routes = [
        Route("/{number:int}", order),
        Route("/", add, methods=["POST"]),
        Route("/", orders),
    ]
    inner = Starlette(routes=routes)
    return Starlette(routes=[Mount("/mounted", inner), *routes])


def test_it_takes_what_an_event_loop_of_another_thread_runs() -> None:
    """A live server in a thread has contexts of its own."""
    engine = shop()
    with QueryWatch().record("a test", adopts=True) as recording:
        _on_a_foreign_loop(engine)

    assert len(recording.report.queries) == 1


def test_an_ordinary_recording_leaves_a_foreign_event_loop_alone() -> None:
    """Beside other requests nobody knows whose statement it is."""
    engine = shop()
    with QueryWatch().record("a request") as recording:
        _on_a_foreign_loop(engine)

    assert recording.report.queries == ()


def test_both_see_what_runs_in_a_recording_on_a_foreign_loop() -> None:
    """An application under test may have the middleware, in a context without the test."""
    engine = shop()
    reports = []

    def request() -> None:
        with querywatch.record("GET /") as inner:
            _ping(engine)
        reports.append(inner.report)

    with QueryWatch().record("a test", adopts=True) as outer:
        contextvars.Context().run(request)

    assert [len(report.queries) for report in (*reports, outer.report)] == [1, 1]


def test_what_a_middleware_samples_out_counts_for_the_test() -> None:
    """A share of the requests is for production, not for a limit somebody set."""
    engine = shop()
    with QueryWatch().record("a test", adopts=True) as recording, sampled_out():
        _ping(engine)

    assert len(recording.report.queries) == 1


def test_a_pause_is_a_pause() -> None:
    """What is not to be recorded is not recorded by a test either."""
    engine = shop()
    with QueryWatch().record("a test", adopts=True) as recording, querywatch.pause():
        _ping(engine)

    assert recording.report.queries == ()


def test_a_context_left_over_from_an_ended_recording_is_taken_in() -> None:
    """An event loop that serves several tests keeps the context of the first."""
    engine = shop()
    with QueryWatch().record("the first test", adopts=True):
        leftover = contextvars.copy_context()
    with QueryWatch().record("the second test", adopts=True) as second:
        leftover.run(_ping, engine)

    assert len(second.report.queries) == 1


def test_nothing_is_taken_in_once_it_has_ended() -> None:
    """After the last test the process is nobody's."""
    engine = shop()
    with QueryWatch().record("a test", adopts=True) as recording:
        leftover = contextvars.copy_context()
    leftover.run(_ping, engine)

    assert recording.report.queries == ()
    assert capture.adopting() is None


def test_allow_holds_in_a_context_without_the_recording() -> None:
    """Code of a foreign context may allow what the test would object to."""
    engine = shop()

    def allowed() -> None:
        with querywatch.allow("Order.items", reason="three rows at most"):
            sin(engine)

    with QueryWatch().record("a test", adopts=True) as recording:
        contextvars.Context().run(allowed)

    assert [finding.code for finding in recording.report.allowed] == ["QW101"]
    assert recording.report.findings == ()


@pytest.mark.parametrize("prefix", ["", "/mounted"])
def test_each_request_is_judged_on_its_own(prefix: str) -> None:
    """A test that asks for three pages, and for one of them twice, is no loop."""
    client = TestClient(_application(shop()))
    with QueryWatch().record("a test", adopts=True) as recording:
        for number in (1, 2, 3, 1):
            client.get(f"{prefix}/{number}")

    assert len(recording.report.queries) == 8
    assert [query.number for query in recording.report.queries] == list(range(8))
    assert recording.report.findings == ()


@pytest.mark.parametrize("prefix", ["", "/mounted"])
def test_a_loop_within_one_request_is_found_once(prefix: str) -> None:
    """The same three look-ups in one request are a loop, however often it is asked for."""
    client = TestClient(_application(shop()))
    with QueryWatch().record("a test", adopts=True) as recording:
        client.get(f"{prefix}/1")
        client.get(f"{prefix}/")
        client.get(f"{prefix}/")

    (finding,) = recording.report.findings
    assert (finding.code, finding.count) == ("QW103", 3)
    assert {recording.report.queries[number].origin for number in finding.evidence} == {"get"}


def test_looking_again_after_a_request_that_writes_is_no_repeat() -> None:
    """A test counts rows, posts, and counts them again."""
    engine = shop()
    client = TestClient(_application(engine))
    with QueryWatch().record("a test", adopts=True) as recording:
        for expected in (3, 4, 5):
            assert _count(engine) == expected
            client.post("/")

    assert len(recording.report.queries) == 6
    assert [query.number for query in recording.report.queries] == list(range(6))
    assert recording.report.findings == ()


def test_looking_again_after_a_request_that_reads_is_a_repeat() -> None:
    """Nothing can have changed."""
    engine = shop()
    client = TestClient(_application(engine))
    with QueryWatch().record("a test", adopts=True) as recording:
        for _ in range(3):
            _count(engine)
            client.get("/1")

    (finding,) = recording.report.findings
    assert (finding.code, finding.count) == ("QW201", 3)


def _count(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Order)) or 0


def test_a_block_within_a_test_tells_its_requests_apart_too() -> None:
    """Blocks nest; a request belongs to all of them."""
    client = TestClient(_application(shop()))
    watch = QueryWatch()
    with watch.record("a test", adopts=True) as outer:
        with watch.record("a block", adopts=True) as inner:
            for number in (1, 2, 3):
                client.get(f"/{number}")
        client.get("/1")

    assert [len(one.report.queries) for one in (inner, outer)] == [6, 8]
    assert (inner.report.findings, outer.report.findings) == ((), ())


def test_starlette_is_left_as_it_was() -> None:
    """What was put around an application is gone with the last recording."""
    before = Starlette.__call__
    with QueryWatch().record("a test", adopts=True):
        with QueryWatch().record("a block", adopts=True):
            pass
        within = Starlette.__call__

    assert within is not before
    assert Starlette.__call__ is before
