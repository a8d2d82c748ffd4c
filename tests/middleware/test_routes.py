"""The route's template and endpoint, however the application is put together."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, WebSocket
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Mount, Route, Router, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket as StarletteWebSocket

from querywatch import QueryWatch, QueryWatchMiddleware, Report
from querywatch.model import Request


async def page(request: StarletteRequest) -> Response:
    """Answer."""
    return PlainTextResponse("page")


async def opaque(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer without being a router."""
    await PlainTextResponse("opaque")(scope, receive, send)


async def echo(websocket: StarletteWebSocket) -> None:
    """Accept and leave."""
    await websocket.accept()
    await websocket.close()


class Page(HTTPEndpoint):
    """An endpoint that is a class."""

    async def get(self, request: StarletteRequest) -> Response:
        """Answer."""
        return PlainTextResponse("page")


def requested(app: Any, path: str, method: str = "GET", **client: Any) -> Request:
    """Send one request through the middleware around *app* and return what was recorded of it."""
    reports: list[Report] = []
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[reports.append]))
    TestClient(app, **client).request(method, path, follow_redirects=False)
    (report,) = reports
    assert report.recording.request is not None
    return report.recording.request


def fastapi_app() -> FastAPI:
    """Make an application of nested routers, one of them included twice, and a mounted one."""
    app, sub = FastAPI(), FastAPI()
    inner, outer, own = APIRouter(prefix="/inner"), APIRouter(prefix="/v1"), APIRouter()

    @inner.get("/items/{item_id}")
    def item(item_id: int) -> int:
        return item_id

    @inner.get("/files/{path:path}")
    def file(path: str) -> str:
        return path

    @own.get("/authors/{kind}")
    def authors(kind: str) -> str:
        return kind

    @app.get("/orders/{order_id}")
    def order(order_id: int) -> int:
        return order_id

    @app.get("/orders/latest/of/{customer}")
    def latest(customer: str) -> str:
        return customer

    outer.include_router(inner)
    app.include_router(outer, prefix="/api")
    app.include_router(outer, prefix="/old")
    sub.include_router(own, prefix="/x")
    sub.get("/plain/{a}")(lambda a: a)
    app.mount("/sub", sub)
    return app


@pytest.mark.parametrize(
    ("path", "route", "endpoint"),
    [
        ("/orders/3", "/orders/{order_id}", "order"),
        ("/orders/latest/of/me", "/orders/latest/of/{customer}", "latest"),
        ("/api/v1/inner/items/3", "/api/v1/inner/items/{item_id}", "item"),
        ("/old/v1/inner/items/3", "/old/v1/inner/items/{item_id}", "item"),
        ("/api/v1/inner/files/a/b/c", "/api/v1/inner/files/{path}", "file"),
        ("/sub/x/authors/new", "/sub/x/authors/{kind}", "authors"),
        ("/sub/plain/1", "/sub/plain/{a}", "<lambda>"),
        ("/docs", "/docs", "swagger_ui_html"),
        ("/nowhere", "<unmatched>", ""),
        ("/sub/nowhere", "<unmatched>", ""),
    ],
)
def test_a_route_of_fastapi_has_its_whole_template(path: str, route: str, endpoint: str) -> None:
    """Prefixes of routers and mounts belong to it."""
    found = requested(fastapi_app(), path)

    assert (found.route, found.endpoint) == (route, endpoint)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/proxy/api/v1/inner/items/3", "/api/v1/inner/items/{item_id}"),
        ("/proxy/sub/x/authors/new", "/sub/x/authors/{kind}"),
        ("/proxy/orders/3", "/orders/{order_id}"),
    ],
)
def test_what_a_proxy_put_before_is_no_part_of_the_template(path: str, route: str) -> None:
    """`root_path` is where the application was deployed, not what it is."""
    assert requested(fastapi_app(), path, root_path="/proxy").route == route


def test_an_item_that_does_not_parse_keeps_its_route() -> None:
    """A 422 comes from the endpoint's route."""
    assert requested(fastapi_app(), "/orders/three") == Request(
        "GET", "/orders/{order_id}", "order", 422
    )


@pytest.mark.parametrize("path", ["/orders/3", "/api/v1/inner/items/3"])
def test_a_method_that_is_not_allowed_keeps_its_route(path: str) -> None:
    """405 says that the path was right."""
    found = requested(fastapi_app(), path, "DELETE")

    assert (found.method, found.status) == ("DELETE", 405)
    assert found.route.endswith("_id}")


def test_a_made_up_method_has_no_name_of_its_own() -> None:
    """Clients may send any word, and it would become a label."""
    assert requested(fastapi_app(), "/orders/3", "BREW").method == "_OTHER"


def test_a_redirect_for_a_slash_matched_no_route() -> None:
    """The router answered it by itself."""
    assert requested(fastapi_app(), "/orders/3/") == Request("GET", "<unmatched>", "", 307)


def starlette_app() -> Starlette:
    """Make an application of mounts within mounts."""
    deep = Mount("/deep/{who}", routes=[Route("/z/{z:int}", page), WebSocketRoute("/w/{w}", echo)])
    return Starlette(
        routes=[
            Mount("/st", routes=[deep, Route("/part", partial(page)), Route("/class", Page)]),
            Mount("/raw", app=opaque),
            Route("/", page),
        ]
    )


@pytest.mark.parametrize(
    ("path", "route", "endpoint"),
    [
        ("/", "/", "page"),
        ("/st/deep/me/z/3", "/st/deep/{who}/z/{z}", "page"),
        ("/st/part", "/st/part", "page"),
        ("/st/class", "/st/class", "Page"),
        ("/raw/any/thing", "/raw/{path}", "opaque"),
        ("/st/nowhere", "<unmatched>", ""),
        ("/st/deep/me/z/word", "<unmatched>", ""),
    ],
)
def test_a_route_of_starlette_has_its_whole_template(path: str, route: str, endpoint: str) -> None:
    """Also where a mount has parameters of its own: never their values."""
    found = requested(starlette_app(), path)

    assert (found.route, found.endpoint) == (route, endpoint)


def test_a_middleware_within_a_mounted_application_knows_the_whole_template() -> None:
    """The outermost router is in the scope."""
    reports: list[Report] = []
    sub = Starlette(routes=[Route("/z/{z}", page)])
    sub.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[reports.append]))

    TestClient(Starlette(routes=[Mount("/a/{b}", app=sub)])).get("/a/1/z/2")

    assert [report.recording.label for report in reports] == ["GET /a/{b}/z/{z}"]


def test_a_middleware_around_the_application_knows_the_template() -> None:
    """Wrapped from outside, nothing is in the scope yet when it passes."""
    reports: list[Report] = []
    app = QueryWatchMiddleware(fastapi_app(), watch=QueryWatch(sinks=[reports.append]))

    TestClient(app).get("/sub/x/authors/new")

    assert [report.recording.label for report in reports] == ["GET /sub/x/authors/{kind}"]


@pytest.mark.parametrize(
    ("path", "route"),
    [("/a/1/z/2", "/a/{b}/z/{z}"), ("/k/1", "/k/{k}"), ("/nowhere", "<unmatched>")],
)
def test_a_middleware_that_copies_the_scope_hides_no_route(path: str, route: str) -> None:
    """What was matched is then not to be seen, and is matched again."""

    class Copying:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.app(dict(scope), receive, send)

    app = Starlette(routes=[Mount("/a/{b}", routes=[Route("/z/{z}", page)]), Route("/k/{k}", page)])
    app.add_middleware(Copying)

    assert requested(app, path).route == route


@pytest.mark.parametrize(
    ("host", "route"), [("http://api.test", "/k/{k}"), ("http://www.test", "<unmatched>")]
)
def test_a_route_below_a_host_has_its_template(host: str, route: str) -> None:
    """The host is no part of it."""
    app = Starlette(routes=[Host("api.test", Router([Route("/k/{k}", page)]))])

    assert requested(app, "/k/1", base_url=host).route == route


def test_a_websocket_below_prefixes_has_its_template() -> None:
    """Routers of FastAPI and mounts of Starlette alike."""
    reports: list[Report] = []
    app, outer = FastAPI(), APIRouter(prefix="/v1")

    @outer.websocket("/chat/{room}")
    async def chat(websocket: WebSocket, room: str) -> None:
        await websocket.accept()
        await websocket.close()

    app.include_router(outer, prefix="/api")
    app.mount("/old", starlette_app())
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[reports.append]))

    for path in ("/api/v1/chat/a", "/old/st/deep/me/w/1"):
        with TestClient(app).websocket_connect(path):
            pass

    assert [report.recording.label for report in reports] == [
        "WEBSOCKET /api/v1/chat/{room}",
        "WEBSOCKET /old/st/deep/{who}/w/{w}",
    ]
