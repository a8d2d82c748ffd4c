"""Every step of ours made to fail: the application's responses stay as they are."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from querywatch import QueryWatch, QueryWatchMiddleware, Report, capture
from querywatch.middleware import door, exchange
from querywatch.resolve import Resolver
from querywatch.watch import Recorder
from tests.middleware.shop import shop, sin


def broken(*_: object, **__: object) -> Any:
    """Fail as nobody expected."""
    raise RuntimeError("a bug of ours")


def quiet(engine: Engine) -> FastAPI:
    """Make the application without querywatch."""
    app = FastAPI()
    app.get("/orders")(lambda: sin(engine))
    return app


def watched(engine: Engine, **options: Any) -> FastAPI:
    """Make the same application with querywatch around it."""
    app = quiet(engine)
    app.add_middleware(QueryWatchMiddleware, **options)
    return app


def answer(app: FastAPI) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Ask for the orders and return everything that came back."""
    response = TestClient(app).get("/orders")
    return response.status_code, response.headers.raw, response.content


def unattached(patch: pytest.MonkeyPatch) -> None:
    """Let nothing listen, whatever other tests of this process have attached."""
    capture.detach()
    patch.setattr(capture, "attach", broken)


FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "record": lambda patch: patch.setattr(QueryWatch, "record", broken),
    "enter": lambda patch: patch.setattr(Recorder, "__enter__", broken),
    "attach": unattached,
    "begin": lambda patch: patch.setattr(capture, "begin", broken),
    "peek": lambda patch: patch.setattr(Recorder, "peek", broken),
    "queries_so_far": lambda patch: patch.setattr(Recorder, "queries_so_far", broken),
    "exit": lambda patch: patch.setattr(Recorder, "__exit__", broken),
    "describe": lambda patch: patch.setattr(exchange, "describe", broken),
    "method": lambda patch: patch.setattr(door, "method_of", broken),
    "header": lambda patch: patch.setattr(exchange.Exchange, "_timed", broken),
    "judge": lambda patch: patch.setattr(exchange.Exchange, "_judge", broken),
    "answer": lambda patch: patch.setattr(exchange, "_answer", broken),
    "watches": lambda patch: patch.setattr(QueryWatchMiddleware, "_watches", broken),
    "announce": lambda patch: patch.setattr(QueryWatchMiddleware, "_announce", broken),
    "resolver": lambda patch: patch.setattr(Resolver, "queries", broken),
    "resolver init": lambda patch: patch.setattr(Resolver, "__init__", broken),
    "deliver": lambda patch: patch.setattr(QueryWatch, "deliver", broken),
}

# Those that keep a recording from being judged keep mode="raise" from answering, too; after the
# others the response would be a 500, and rightly so.
UNJUDGED = [
    "record",
    "enter",
    "attach",
    "begin",
    "peek",
    "method",
    "judge",
    "answer",
    "watches",
    "resolver",
    "resolver init",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_the_response_byte_identical_and_is_counted(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status, headers and body are those of the application without us."""
    engine = shop()
    timing = fault in {"queries_so_far", "header", "resolver init"}
    mode = "raise" if fault in UNJUDGED else "warn"
    app = watched(engine, watch=QueryWatch(), server_timing=timing, mode=mode)
    expected, before = answer(quiet(engine)), capture.failures()

    with monkeypatch.context() as patch:
        FAULTS[fault](patch)
        received = answer(app)

    assert received == expected
    assert capture.failures() > before


def test_without_a_fault_nothing_is_counted() -> None:
    """The twin: everything of ours works."""
    engine = shop()
    app = watched(engine, watch=QueryWatch())
    expected, before = answer(quiet(engine)), capture.failures()

    assert answer(app) == expected
    assert capture.failures() == before


def test_a_sink_that_raises_leaves_the_response_and_the_other_sinks() -> None:
    """An observer never hurts the observed, nor another observer."""
    engine, reports = shop(), list[Report]()
    app = watched(engine, watch=QueryWatch(sinks=[broken, reports.append]))
    expected, before = answer(quiet(engine)), capture.failures()

    assert answer(app) == expected
    assert len(reports) == 1
    assert capture.failures() == before + 1


def test_a_detector_that_raises_leaves_the_response_and_the_other_detectors() -> None:
    """One broken rule does not silence the book."""
    engine, reports = shop(), list[Report]()
    detectors = [broken, *QueryWatch().detectors]
    app = watched(engine, watch=QueryWatch(detectors=detectors, sinks=[reports.append]))
    expected, before = answer(quiet(engine)), capture.failures()

    assert answer(app) == expected
    assert [len(report.findings) for report in reports] == [1]
    assert capture.failures() > before


def test_a_fault_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """A bug of ours in every request is one record, not one per request."""

    def fragile(report: Report) -> None:
        raise RuntimeError("a bug of this test")

    engine = shop()
    app = watched(engine, watch=QueryWatch(sinks=[fragile]))

    for _ in range(3):
        answer(app)

    assert [record.levelno for record in caplog.records if record.exc_info] == [logging.ERROR]


def test_an_error_of_the_server_while_sending_is_the_servers() -> None:
    """What `send` raises is no fault of ours: it goes to the application."""
    engine, reports = shop(), list[Report]()
    heard: list[str] = []

    class Sender:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def closed(message: Any) -> None:
                raise OSError("connection lost")

            try:
                await self.app(scope, receive, closed)
            except OSError as error:
                heard.append(str(error))
                raise

    app = watched(engine, watch=QueryWatch(sinks=[reports.append]))
    app.add_middleware(Sender)

    with pytest.raises(OSError, match="connection lost"):
        TestClient(app).get("/orders")

    assert heard == ["connection lost"]
    assert len(reports) == 1
