"""`mode="raise"`: a 500 with the findings instead of the response."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import BackgroundTasks, FastAPI, HTTPException, WebSocket
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from querywatch import FindingsError, QueryWatch, QueryWatchMiddleware, Report
from querywatch.middleware.exchange import MAX_IGNORED
from tests.middleware.shop import cure, shop, sin


def strict(reports: list[Report] | None = None) -> FastAPI:
    """Make an application that answers findings with a 500."""
    app = FastAPI()
    sinks = [] if reports is None else [reports.append]
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=sinks), mode="raise")
    return app


def test_a_client_gets_a_500_with_the_findings() -> None:
    """The text says what to write, and where."""
    engine = shop(orders=3)
    app = strict()
    app.get("/orders")(lambda: sin(engine))

    response = TestClient(app, raise_server_exceptions=False).get("/orders")

    assert response.status_code == 500
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    lines = response.text.splitlines()
    assert lines[0].startswith("GET /orders: 4 queries ")
    assert lines[0].endswith(" ms  1 finding")
    assert lines[1].startswith("QW101 N+1: Order.items lazy-loaded 3× at tests/middleware/shop.py:")
    assert lines[2].endswith("add .options(selectinload(Order.items))   4 → 2 queries")


def test_the_server_gets_the_error_with_the_report() -> None:
    """A test client raises it, a server logs it."""
    engine = shop()
    app = strict()
    app.get("/orders")(lambda: sin(engine))

    with pytest.raises(FindingsError) as raised:
        TestClient(app).get("/orders")

    assert [finding.subject for finding in raised.value.report.findings] == ["Order.items"]


def test_a_request_without_findings_is_answered() -> None:
    """The twin: the same page, loaded eagerly."""
    engine = shop()
    app = strict()
    app.get("/orders")(lambda: cure(engine))

    assert TestClient(app).get("/orders").json() == [["pen"]] * 3


def test_in_another_mode_findings_change_no_response() -> None:
    """Only whoever asked for it gets a 500."""
    engine = shop()
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(), mode="warn")
    app.get("/orders")(lambda: sin(engine))

    assert TestClient(app).get("/orders").json() == [["pen"]] * 3


def test_a_refused_request_is_delivered_with_the_status_it_got() -> None:
    """The sinks see what the client saw."""
    engine, reports = shop(), list[Report]()
    app = strict(reports)
    app.get("/orders")(lambda: sin(engine))

    TestClient(app, raise_server_exceptions=False).get("/orders")

    (report,) = reports
    assert report.recording.request is not None
    assert report.recording.request.status == 500


def test_the_applications_own_exception_is_not_replaced() -> None:
    """Findings never hide why a request really failed."""
    engine = shop()
    app = strict()

    @app.get("/orders")
    def orders() -> None:
        sin(engine)
        raise ValueError("the application's own")

    with pytest.raises(ValueError, match="own"):
        TestClient(app).get("/orders")


def test_the_applications_own_500_is_not_replaced() -> None:
    """An exception that became a response is still the application's."""
    engine = shop()
    app = strict()

    @app.get("/orders")
    def orders() -> None:
        sin(engine)
        raise HTTPException(503, "the application's own")

    response = TestClient(app).get("/orders")

    assert (response.status_code, response.json()) == (503, {"detail": "the application's own"})


def test_a_404_with_findings_is_replaced() -> None:
    """Not found, after looking in a loop."""
    engine = shop()
    app = strict()

    @app.get("/orders")
    def orders() -> None:
        sin(engine)
        raise HTTPException(404)

    assert TestClient(app, raise_server_exceptions=False).get("/orders").status_code == 500


def test_an_exception_after_the_refusal_is_the_applications() -> None:
    """A background task that fails is what gets raised."""
    engine = shop()
    app = strict()

    def fail() -> None:
        raise ValueError("in the background")

    @app.get("/orders")
    def orders(tasks: BackgroundTasks) -> None:
        tasks.add_task(fail)
        sin(engine)

    with pytest.raises(ValueError, match="in the background"):
        TestClient(app).get("/orders")


def test_findings_after_the_response_has_started_are_only_reported() -> None:
    """What has been sent cannot be taken back."""
    engine, reports = shop(), list[Report]()
    app = strict(reports)

    async def body() -> AsyncIterator[str]:
        yield "first"
        sin(engine)
        yield " last"

    app.get("/orders")(lambda: StreamingResponse(body()))

    assert TestClient(app).get("/orders").text == "first last"
    assert [len(report.findings) for report in reports] == [1]


def test_findings_of_a_background_task_are_only_reported() -> None:
    """The client has its answer by then."""
    engine, reports = shop(), list[Report]()
    app = strict(reports)

    @app.get("/orders")
    def orders(tasks: BackgroundTasks) -> str:
        tasks.add_task(sin, engine)
        return "ok"

    assert TestClient(app).get("/orders").json() == "ok"
    assert [len(report.findings) for report in reports] == [1]


def test_findings_of_a_websocket_are_only_reported() -> None:
    """There is no response to hold back."""
    engine, reports = shop(), list[Report]()
    app = strict(reports)

    @app.websocket("/chat")
    async def chat(websocket: WebSocket) -> None:
        sin(engine)
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    with TestClient(app).websocket_connect("/chat") as websocket:
        assert websocket.receive_text() == "hello"

    assert [len(report.findings) for report in reports] == [1]


def test_a_stream_that_was_refused_runs_to_its_end_unheard() -> None:
    """Its clean-up is the application's business and happens."""
    engine, ended = shop(), list[str]()
    app = strict()

    async def body() -> AsyncIterator[str]:
        for _ in range(3):
            yield "x"
        ended.append("cleaned up")

    @app.get("/orders")
    def orders() -> Response:
        sin(engine)
        return StreamingResponse(body())

    response = TestClient(app, raise_server_exceptions=False).get("/orders")

    assert response.status_code == 500
    assert "x" * 3 not in response.text
    assert ended == ["cleaned up"]


@pytest.mark.anyio
async def test_an_endless_stream_that_was_refused_is_stopped() -> None:
    """It learns what ASGI tells of a closed connection: an OSError."""
    engine, sent, heard = shop(), list[Message](), list[str]()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        sin(engine)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while True:
                await send({"type": "http.response.body", "body": b"x", "more_body": True})
        except OSError as error:
            heard.append(str(error))
            raise

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    app = QueryWatchMiddleware(endless, watch=QueryWatch(), mode="raise")
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    with pytest.raises(FindingsError):
        await app(scope, receive, send)

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert heard == ["querywatch has answered this request with a 500"]
    assert MAX_IGNORED == 100


def test_an_exception_handler_inside_never_sees_the_error() -> None:
    """It is raised outside of the application, so nothing in it can turn it into a page."""
    engine = shop()
    app = strict()

    @app.exception_handler(AssertionError)
    async def pretty(request: StarletteRequest, error: Exception) -> Response:
        return PlainTextResponse("pretty")

    app.get("/orders")(lambda: sin(engine))

    response = TestClient(app, raise_server_exceptions=False).get("/orders")

    assert response.text.startswith("GET /orders: ")


@pytest.mark.parametrize("outside", [True, False])
def test_a_base_http_middleware_does_not_get_in_the_way(*, outside: bool) -> None:
    """It streams every response through another task."""
    engine = shop()
    app = FastAPI()

    async def through(request: StarletteRequest, call_next: RequestResponseEndpoint) -> Response:
        return await call_next(request)

    if not outside:
        app.add_middleware(BaseHTTPMiddleware, dispatch=through)
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(), mode="raise")
    if outside:
        app.add_middleware(BaseHTTPMiddleware, dispatch=through)
    app.get("/orders")(lambda: sin(engine))

    response = TestClient(app, raise_server_exceptions=False).get("/orders")

    assert response.status_code == 500
    assert "QW101 N+1: Order.items" in response.text
