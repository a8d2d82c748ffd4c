"""What the middleware records, of which requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, WebSocket
from sqlalchemy import Engine, text
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from querywatch import QueryWatch, QueryWatchMiddleware, Report
from querywatch.model import Request
from tests.middleware.shop import cure, shop, sin


def ask(engine: Engine) -> None:
    """Run one statement."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def watching(reports: list[Report]) -> QueryWatch:
    """Make a watch that keeps its reports."""
    return QueryWatch(sinks=[reports.append])


def test_a_request_is_one_report_with_its_findings() -> None:
    """The whole way: queries, finding, request."""
    engine, reports = shop(orders=3), list[Report]()
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports))
    app.get("/orders/{kind}")(lambda kind: sin(engine))

    TestClient(app).get("/orders/all")

    (report,) = reports
    assert report.recording.request == Request("GET", "/orders/{kind}", "<lambda>", 200)
    assert report.recording.label == "GET /orders/{kind}"
    assert [finding.subject for finding in report.findings] == ["Order.items"]
    assert report.recording.query_count == 4


def test_a_cured_request_is_a_report_without_findings() -> None:
    """The twin: the same page, loaded eagerly."""
    engine, reports = shop(orders=3), list[Report]()
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports))
    app.get("/orders")(lambda: cure(engine))

    TestClient(app).get("/orders")

    assert [(report.findings, report.recording.query_count) for report in reports] == [((), 2)]


def test_lifespan_passes_through_unrecorded() -> None:
    """What an application does while it starts is no request."""
    engine, reports = shop(), list[Report]()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        ask(engine)
        yield

    app = FastAPI(lifespan=lifespan)
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports))

    with TestClient(app):
        pass

    assert reports == []


@pytest.mark.anyio
async def test_a_scope_of_another_kind_passes_through_untouched() -> None:
    """ASGI may grow kinds of scopes nobody knows yet."""
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend((scope, receive, send))

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        return None

    scope = {"type": "future"}
    await QueryWatchMiddleware(app)(scope, receive, send)

    assert seen == [scope, receive, send]
    assert scope == {"type": "future"}


def test_a_websocket_is_one_report_of_its_own_method() -> None:
    """From the first message to the last."""
    engine, reports = shop(), list[Report]()
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports))

    @app.websocket("/chat/{room}")
    async def chat(websocket: WebSocket, room: str) -> None:
        await websocket.accept()
        sin(engine)
        await websocket.send_text(room)
        await websocket.close()

    with TestClient(app).websocket_connect("/chat/a") as websocket:
        assert websocket.receive_text() == "a"

    (report,) = reports
    assert report.recording.request == Request("WEBSOCKET", "/chat/{room}", "chat", None)
    assert len(report.findings) == 1


@pytest.mark.anyio
async def test_a_websocket_that_is_refused_has_the_status_of_the_refusal() -> None:
    """ASGI lets an application answer a handshake with a response."""
    reports: list[Report] = []

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.http.response.start", "status": 403, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b"no"})

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    sent: list[str] = []
    scope = {"type": "websocket", "path": "/chat", "headers": []}
    await QueryWatchMiddleware(refuse, watch=watching(reports))(scope, receive, send)

    assert sent == ["websocket.http.response.start", "websocket.http.response.body"]
    assert [report.recording.request for report in reports] == [
        Request("WEBSOCKET", "<unmatched>", "", 403)
    ]


def test_a_request_for_options_is_skipped() -> None:
    """A browser's preflight runs nothing of the application worth a line."""
    engine, reports = shop(), list[Report]()
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports))
    app.options("/orders")(lambda: ask(engine))

    TestClient(app).options("/orders")

    assert reports == []


@pytest.mark.parametrize(
    ("path", "recorded"),
    [
        ("/healthz", False),
        ("/healthz/live", False),
        ("/healthzz", True),
        ("/api/healthz", True),
        ("/", True),
    ],
)
def test_exclude_holds_on_segment_borders(path: str, *, recorded: bool) -> None:
    """`/healthz` is not the beginning of `/healthzz`."""
    reports: list[Report] = []
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports), exclude=["/healthz"])

    TestClient(app).get(path)

    assert bool(reports) is recorded


@pytest.mark.parametrize("excluded", ["/healthz", "/proxy/healthz"])
def test_exclude_holds_below_a_root_path(excluded: str) -> None:
    """With or without what a proxy put before it."""
    reports: list[Report] = []
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports), exclude=[excluded])

    TestClient(app, root_path="/proxy").get("/proxy/healthz")

    assert reports == []


def test_excluding_the_root_excludes_the_front_page_alone() -> None:
    """Every path begins with a slash; that is not what was meant."""
    reports: list[Report] = []
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports), exclude=["/"])

    TestClient(app).get("/")
    TestClient(app).get("/orders")

    assert len(reports) == 1


def test_a_sample_rate_of_zero_records_nothing_and_changes_nothing() -> None:
    """A request that is not sampled is answered all the same."""
    engine, reports = shop(), list[Report]()
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports), sample_rate=0)
    app.get("/orders")(lambda: sin(engine))

    response = TestClient(app).get("/orders")

    assert (response.status_code, reports) == (200, [])


def test_the_sample_is_drawn_for_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rate of 0.5 records those whose number lies below it."""
    reports: list[Report] = []
    numbers = iter([0.1, 0.5, 0.49, 0.9])
    monkeypatch.setattr("random.random", lambda: next(numbers))
    app = Starlette()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports), sample_rate=0.5)
    client = TestClient(app)

    for _ in range(4):
        client.get("/")

    assert len(reports) == 2


def test_the_environment_switches_everything_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """`QUERYWATCH_ENABLED=0` leaves a plain pass-through, whatever the code says."""
    engine, reports = shop(), list[Report]()
    monkeypatch.setenv("QUERYWATCH_ENABLED", "0")
    app = FastAPI()
    app.add_middleware(
        QueryWatchMiddleware, watch=watching(reports), mode="raise", server_timing=True
    )
    app.get("/orders")(lambda: sin(engine))

    response = TestClient(app).get("/orders")

    assert (response.status_code, reports) == (200, [])
    assert "server-timing" not in response.headers


def test_queries_of_background_tasks_belong_to_the_request() -> None:
    """The recording ends when the application returns, not when the client has its answer."""
    engine, reports = shop(), list[Report]()
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports))

    @app.get("/")
    async def home(tasks: BackgroundTasks) -> None:
        tasks.add_task(ask, engine)

    TestClient(app).get("/")

    assert [report.recording.query_count for report in reports] == [1]


def test_queries_of_a_streamed_body_belong_to_the_request() -> None:
    """They run after the response has started."""
    engine, reports = shop(), list[Report]()

    def body() -> Iterator[str]:
        for _ in range(3):
            ask(engine)
            yield "x"

    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports))
    app.get("/")(lambda: StreamingResponse(body()))

    assert TestClient(app).get("/").text == "xxx"
    assert [report.recording.query_count for report in reports] == [3]


def test_queries_of_a_dependency_being_closed_belong_to_the_request() -> None:
    """A `yield` dependency commits after the endpoint has returned."""
    engine, reports = shop(), list[Report]()

    def session() -> Iterator[None]:
        yield
        ask(engine)

    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports))
    app.get("/", dependencies=[Depends(session)])(lambda: None)

    TestClient(app).get("/")

    assert [report.recording.query_count for report in reports] == [1]


async def through(request: StarletteRequest, call_next: RequestResponseEndpoint) -> Response:
    """Do nothing on the way."""
    return await call_next(request)


@pytest.mark.parametrize("outside", [True, False])
def test_a_base_http_middleware_hides_nothing(*, outside: bool) -> None:
    """It runs the application in another task, inside of us or around us."""
    engine, reports = shop(), list[Report]()
    app = FastAPI()
    others = [(BaseHTTPMiddleware, {"dispatch": through})]
    ours: list[Any] = [(QueryWatchMiddleware, {"watch": watching(reports)})]
    for middleware, options in ours + others if outside else others + ours:
        app.add_middleware(middleware, **options)
    app.get("/orders")(lambda: sin(engine))

    response = TestClient(app).get("/orders")

    assert response.json() == [["pen"]] * 3
    assert [report.recording.label for report in reports] == ["GET /orders"]
    assert [report.recording.query_count for report in reports] == [4]


def test_an_exception_of_the_application_is_raised_untouched_and_reported() -> None:
    """What it did before it failed is often why it failed."""
    engine, reports = shop(), list[Report]()
    error = ValueError("the application's own")
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports), mode="raise")

    @app.get("/orders")
    def orders() -> None:
        sin(engine)
        raise error

    with pytest.raises(ValueError, match="own") as raised:
        TestClient(app).get("/orders")

    assert raised.value is error
    (report,) = reports
    assert report.recording.request == Request("GET", "/orders", "orders", None)
    assert len(report.findings) == 1


@pytest.mark.anyio
async def test_a_cancelled_request_is_reported() -> None:
    """A client that hung up leaves a report of what ran until then."""
    engine, reports = shop(), list[Report]()
    reached = asyncio.Event()

    async def slow(request: StarletteRequest) -> Response:
        try:
            ask(engine)
        finally:
            reached.set()
        await asyncio.Event().wait()
        return PlainTextResponse("never")

    app = Starlette(routes=[Route("/slow", slow)])
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        task = asyncio.create_task(client.get("/slow"))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert [report.recording.label for report in reports] == ["GET /slow"]
    assert [report.recording.query_count for report in reports] == [1]


@pytest.mark.anyio
async def test_concurrent_requests_hold_their_own_queries() -> None:
    """Each of two hundred reports has exactly its own."""
    engine, reports = shop(), list[Report]()

    async def one(request: StarletteRequest) -> Response:
        await asyncio.sleep(0)
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT 1 AS c{request.path_params['n']}")
        await asyncio.sleep(0)
        return PlainTextResponse("ok")

    app = Starlette(routes=[Route("/{n}", one)])
    app.add_middleware(QueryWatchMiddleware, watch=watching(reports))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        await asyncio.gather(*(client.get(f"/{number}") for number in range(200)))

    statements = {query.statement for report in reports for query in report.queries}
    assert {report.recording.query_count for report in reports} == {1}
    assert len(statements) == 200


def test_of_two_middlewares_around_one_another_the_outer_one_records() -> None:
    """Added twice, or in a mounted application too, it does not report twice."""
    engine, outer, inner = shop(), list[Report](), list[Report]()
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watching(inner))
    app.add_middleware(QueryWatchMiddleware, watch=watching(outer))
    app.get("/orders")(lambda: sin(engine))

    TestClient(app).get("/orders")

    assert (len(outer), len(inner)) == (1, 0)
