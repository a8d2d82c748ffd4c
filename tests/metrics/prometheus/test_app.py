"""The page that Prometheus scrapes: formats, compression, and what else somebody may ask."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from prometheus_client import REGISTRY, CollectorRegistry, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from querywatch import ConfigurationError, QueryWatch, QueryWatchMiddleware, capture
from querywatch.sinks.prometheus import PrometheusSink, metrics_app
from querywatch.watch import failures
from tests.metrics.prometheus.reading import openmetrics_samples, samples
from tests.metrics.shared.reports import loop
from tests.prometheus import check_metrics

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
"""What Prometheus 2.42 sends as Accept."""
DEADLINE = 30.0
"""Seconds after which a scrape is taken to hang."""
TRACE = {"trace_id": "0af7651916cd43dd8448eb211c80319c", "span_id": "b7ad6b7169203331"}


def _client(registry: CollectorRegistry | None) -> TestClient:
    return TestClient(Starlette(routes=[Route("/metrics", metrics_app(registry))]))


def _scrape(registry: CollectorRegistry, **headers: str) -> Any:
    return _client(registry).get("/metrics", headers=headers)


def test_a_browser_gets_the_text_format(registry: CollectorRegistry) -> None:
    """Without exemplars, which that format cannot hold."""
    PrometheusSink(registry=registry, exemplar=lambda: TRACE)(loop(4))
    answer = _scrape(registry, accept="text/html,*/*")

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert samples(answer.text) == samples(registry)
    assert "trace_id" not in answer.text


def test_prometheus_gets_openmetrics_with_exemplars(registry: CollectorRegistry) -> None:
    """A parser that accepts nothing but OpenMetrics reads all of it."""
    PrometheusSink(registry=registry, exemplar=lambda: TRACE)(loop(4))
    answer = _scrape(registry, accept=PROMETHEUS)

    assert answer.headers["content-type"].startswith(OPENMETRICS)
    assert answer.text.endswith("# EOF\n")
    assert openmetrics_samples(answer.text) == samples(registry)
    assert answer.text.count(TRACE["trace_id"]) == 3


@pytest.mark.prometheus
@pytest.mark.parametrize("options", [{}, {"fingerprints": True, "returned_rows": True}])
def test_promtool_has_nothing_to_object_to(
    registry: CollectorRegistry, options: dict[str, Any]
) -> None:
    """Names, types, units and help are as Prometheus wants them."""
    PrometheusSink(registry=registry, **options)(loop(4))
    outcome = check_metrics(_scrape(registry).text)

    assert (outcome.code, outcome.text) == (0, "")


@pytest.mark.prometheus
def test_promtool_objects_to_what_is_wrong(registry: CollectorRegistry) -> None:
    """The check that finds nothing in ours does find something."""
    PrometheusSink(registry=registry)
    exposition = _scrape(registry).text

    assert check_metrics(exposition.replace("_total", "_in_all")).code != 0


def test_it_is_compressed_for_those_who_can_read_that(registry: CollectorRegistry) -> None:
    """And only for them."""
    PrometheusSink(registry=registry)(loop(4))
    answer = _scrape(registry, **{"accept-encoding": "gzip"})
    plain = _scrape(registry, **{"accept-encoding": "identity"})

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.text == plain.text
    assert "content-encoding" not in plain.headers
    assert int(answer.headers["content-length"]) < len(plain.content)


def test_a_scrape_may_ask_for_some_metrics_alone(registry: CollectorRegistry) -> None:
    """`name[]`, as with the client's own page."""
    PrometheusSink(registry=registry)(loop(4))
    answer = _client(registry).get("/metrics", params={"name[]": "querywatch_build_info"})

    assert {key[0] for key in samples(answer.text)} == {"querywatch_build_info"}


@pytest.mark.parametrize("framework", [Starlette, FastAPI])
def test_it_is_mounted_or_the_endpoint_of_a_route(
    registry: CollectorRegistry, framework: Any
) -> None:
    """A mount sends those who ask without a slash to the one with."""
    PrometheusSink(registry=registry)
    app = framework()
    app.mount("/mounted", metrics_app(registry))
    app.router.add_route("/routed", metrics_app(registry))
    client = TestClient(app)

    assert samples(client.get("/mounted").text) == samples(registry)
    assert [answer.status_code for answer in client.get("/mounted").history] == [307]
    assert samples(client.get("/routed").text) == samples(registry)
    assert client.get("/routed").history == []


def test_it_answers_reading_alone(registry: CollectorRegistry) -> None:
    """Whatever else is sent changes nothing and is told so."""
    client = _client(registry)

    assert client.head("/metrics").status_code == 200
    answer = client.post("/metrics")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_web_socket_is_closed(registry: CollectorRegistry) -> None:
    """A mount lets them through."""
    client = TestClient(Starlette(routes=[Mount("/metrics", metrics_app(registry))]))
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/metrics/"):
        pytest.fail("it was accepted")


def test_without_a_registry_it_is_the_client_s_own() -> None:
    """Where other metrics of the application are as well."""
    answer = _client(None).get("/metrics")

    assert metrics_app().registry is REGISTRY
    assert "python_info" in answer.text


def test_what_is_no_registry_is_refused() -> None:
    """At the door, not with the first scrape."""
    wrong: Any = "default"
    with pytest.raises(ConfigurationError, match="registry must be a CollectorRegistry"):
        metrics_app(wrong)


def test_it_collects_in_a_thread_of_its_own(registry: CollectorRegistry) -> None:
    """Thousands of series take milliseconds, in which the event loop serves others."""
    where: list[threading.Thread] = []

    class Noting(Collector):
        def collect(self) -> Iterator[Metric]:
            where.append(threading.current_thread())
            yield Metric("shop_orders", "Orders.", "gauge")

    registry.register(Noting())

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        where.append(threading.current_thread())
        await metrics_app(registry)(scope, receive, send)

    where.clear()
    TestClient(serve).get("/metrics")

    loop_thread, collecting = where
    assert collecting is not loop_thread


@pytest.mark.anyio
async def test_it_answers_while_every_endpoint_waits(registry: CollectorRegistry) -> None:
    """A pool that is exhausted holds up all threads there are for endpoints."""
    waiting, over = threading.Semaphore(0), threading.Event()

    def endpoint(request: Any) -> PlainTextResponse:
        waiting.release()
        over.wait(DEADLINE)
        return PlainTextResponse("done")

    PrometheusSink(registry=registry)
    app = Starlette(routes=[Route("/wait", endpoint), Route("/metrics", metrics_app(registry))])
    threads = int(current_default_thread_limiter().total_tokens)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        stuck = [asyncio.create_task(client.get("/wait")) for _ in range(threads)]
        for _ in stuck:
            await asyncio.to_thread(waiting.acquire, timeout=DEADLINE)
        answer = await asyncio.wait_for(client.get("/metrics"), DEADLINE)
        over.set()
        answers = await asyncio.gather(*stuck)

    assert "querywatch_build_info{" in answer.text
    assert {answer.text for answer in answers} == {"done"}


def test_a_collector_that_fails_costs_the_scrape_and_is_logged_once(
    registry: CollectorRegistry, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prometheus sees that the scrape failed, and the rest of the application goes on."""

    class Broken(Collector):
        asked = 0

        def collect(self) -> Iterator[Metric]:
            raise RuntimeError("no orders today")

        def describe(self) -> Iterator[Metric]:
            return iter(())

    monkeypatch.setattr(failures, "_logged", set())
    registry.register(Broken())
    watch = QueryWatch(sinks=[PrometheusSink(registry=registry)])
    app = Starlette(routes=[Route("/metrics", metrics_app(registry))])
    app.add_middleware(QueryWatchMiddleware, watch=watch)
    before = capture.failures()
    with caplog.at_level(logging.ERROR, "querywatch"):
        answers = [TestClient(app).get("/metrics") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503] * 3
    assert answers[0].text == "the metrics could not be collected: RuntimeError\n"
    assert capture.failures() == before + 3
    assert len(caplog.records) == 1


def test_excluded_it_is_not_watched(registry: CollectorRegistry) -> None:
    """A scrape is no request that anybody wants to see."""
    watch = QueryWatch(sinks=[PrometheusSink(registry=registry)])
    app = Starlette(routes=[Route("/metrics", metrics_app(registry))])
    app.add_middleware(QueryWatchMiddleware, watch=watch, exclude=["/metrics"])
    answers = [TestClient(app).get("/metrics") for _ in range(2)]

    assert "querywatch_request_queries_count" not in {key[0] for key in samples(answers[1].text)}
