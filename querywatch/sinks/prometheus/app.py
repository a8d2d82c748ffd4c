"""The page that Prometheus scrapes: an ASGI application for one route."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from prometheus_client import make_wsgi_app
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.websockets import WebSocketClose

from querywatch import capture
from querywatch.sinks.prometheus._families import checked
from querywatch.sinks.prometheus._multiprocess import collected, directory

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from starlette.types import Receive, Scope, Send


def metrics_app(registry: CollectorRegistry | None = None) -> MetricsApp:
    """Return an ASGI application that answers scrapes of *registry*, in OpenMetrics or as text.

    It is mounted, or the endpoint of a route:

        app.mount("/metrics", metrics_app())
        app.router.routes.append(Route("/metrics", metrics_app()))

    The second answers without a redirect to `/metrics/`. `exclude=["/metrics"]` keeps the
    middleware from watching it. In multiprocess mode it collects what all processes have
    written, whatever their registry, and removes the gauges of processes that have ended: only
    processes that see each other's numbers, those of one container, may share a directory. A
    wrong PROMETHEUS_MULTIPROC_DIR is a ConfigurationError.
    """
    directory()
    return MetricsApp(checked(registry))


class MetricsApp:
    """Answers scrapes, one at a time; one that fails is answered with a 503 and counted."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        # Not one of the threads that endpoints run in: when those all wait for a connection is
        # when somebody wants to see it.
        self._thread = ThreadPoolExecutor(1, "querywatch-metrics")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        elif scope["type"] == "http":
            loop = asyncio.get_running_loop()
            response = await loop.run_in_executor(self._thread, self._answer, Request(scope))
            await response(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return Response(status_code=405, headers={"Allow": "GET, HEAD"})
        try:
            shared = directory()
            return _exposition(collected(shared) if shared else self.registry, request)
        except Exception as bug:  # noqa: BLE001 - somebody else's collector may raise anything
            capture.failed(bug)
            words = f"the metrics could not be collected: {type(bug).__name__}\n"
            return PlainTextResponse(words, 503)


def _exposition(registry: CollectorRegistry, request: Request) -> Response:
    # The client negotiates format and compression in its WSGI and ASGI applications alone, and
    # the latter would collect on the event loop.
    begun: list[Any] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "QUERY_STRING": request.scope.get("query_string", b"").decode("latin-1"),
        "HTTP_ACCEPT": ",".join(request.headers.getlist("accept")),
        "HTTP_ACCEPT_ENCODING": ",".join(request.headers.getlist("accept-encoding")),
    }
    body = b"".join(make_wsgi_app(registry)(environ, lambda *start: begun.extend(start)))
    status, headers = begun
    return Response(body, int(status.split(" ", 1)[0]), dict(headers))
