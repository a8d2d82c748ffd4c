"""What goes wrong in or around the sink harms no request, and is counted and logged once."""

from __future__ import annotations

import logging
import os
import threading
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from querywatch import ConfigurationError, QueryWatch, QueryWatchMiddleware, Report, capture
from querywatch.sinks.prometheus import PrometheusSink, metrics_app
from querywatch.watch import failures
from tests.metrics.prometheus.reading import samples
from tests.metrics.shared.reports import loop, report
from tests.middleware.shop import shop, sin

ORDERS = ("querywatch_request_queries_count", "GET", "/orders")
DEADLINE = 30.0
"""Seconds after which a thread or a process is taken to hang."""


def _app(*sinks: Any) -> TestClient:
    engine = shop()

    def orders(request: Any) -> PlainTextResponse:
        return PlainTextResponse(str(sin(engine)))

    app = Starlette(routes=[Route("/orders", orders)])
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=sinks))
    return TestClient(app)


@pytest.fixture
def logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> pytest.LogCaptureFixture:
    """Hold what querywatch logs, as if nothing had failed in this process before."""
    monkeypatch.setattr(failures, "_logged", set())
    caplog.set_level(logging.ERROR, "querywatch")
    return caplog


def test_a_sink_beside_it_that_raises_keeps_nothing_from_being_counted(
    registry: CollectorRegistry, logged: pytest.LogCaptureFixture
) -> None:
    """Requests are answered, the failure is counted each time and logged the first time."""

    def broken(report: Report) -> None:
        raise RuntimeError("no room")

    before = capture.failures()
    client = _app(broken, PrometheusSink(registry=registry), broken)
    answers = [client.get("/orders") for _ in range(3)]

    assert [answer.text for answer in answers] == ["[['pen'], ['pen'], ['pen']]"] * 3
    assert samples(registry)[ORDERS] == 3
    assert capture.failures() == before + 6
    assert len(logged.records) == 1


def test_a_sink_whose_report_is_broken_fails_alone(
    registry: CollectorRegistry, logged: pytest.LogCaptureFixture
) -> None:
    """A detector may answer anything: half a report is not counted."""

    class Odd:
        code = "QW101"
        queries_saved = "many"

    sink = PrometheusSink(registry=registry)
    before = capture.failures()
    broken: Any = [Odd()]
    QueryWatch(sinks=[sink]).deliver(report(findings=broken))
    QueryWatch(sinks=[sink]).deliver(report())

    assert samples(registry)[ORDERS] == 1
    assert capture.failures() == before + 1
    assert len(logged.records) == 1


def test_a_registry_with_our_names_is_refused_before_the_first_request(
    registry: CollectorRegistry,
) -> None:
    """At start, where somebody looks; the application that was built without it serves."""
    PrometheusSink(registry=registry)
    taken = CollectorRegistry()
    for collector in list(registry._collector_to_names):
        taken.register(collector)
    with pytest.raises(ConfigurationError, match="already holds querywatch_request_queries"):
        PrometheusSink(registry=taken)

    assert _app().get("/orders").status_code == 200


def test_metrics_taken_out_of_the_registry_are_no_failure(registry: CollectorRegistry) -> None:
    """Tests like to clear registries: counting goes on, out of sight."""
    before = capture.failures()
    client = _app(PrometheusSink(registry=registry))
    client.get("/orders")
    for collector in list(registry._collector_to_names):
        registry.unregister(collector)

    assert client.get("/orders").status_code == 200
    assert capture.failures() == before
    assert samples(registry) == {}


def test_a_scrape_while_requests_are_counted_sees_whole_numbers(
    registry: CollectorRegistry,
) -> None:
    """Neither waits for the other, and what is scraped only grows."""
    sink = PrometheusSink(registry=registry)
    over = threading.Event()
    seen: list[float] = []

    def scrape() -> None:
        while not over.is_set():
            seen.append(samples(registry).get(ORDERS, 0))

    scraper = threading.Thread(target=scrape)
    scraper.start()
    for _ in range(500):
        sink(loop(4))
    over.set()
    scraper.join(DEADLINE)

    assert not scraper.is_alive()
    assert seen == sorted(seen)
    assert samples(registry)[ORDERS] == 500


def test_a_scrape_during_shutdown_is_answered(registry: CollectorRegistry) -> None:
    """The sink is closed, twice even, and what it counted can be read to the end."""
    sink = PrometheusSink(registry=registry)
    served = TestClient(Starlette(routes=[Route("/metrics", metrics_app(registry))]))
    with served:
        sink(loop(4))
        sink.close()
        sink.close()
        during = served.get("/metrics")
        sink(loop(4))
    after = served.get("/metrics")

    assert samples(during.text)[ORDERS] == 1
    assert samples(after.text)[ORDERS] == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_process_forked_after_import_counts_on(registry: CollectorRegistry) -> None:
    """As under `gunicorn --preload`: the sink was made, and used, before the worker was."""
    sink = PrometheusSink(registry=registry)
    sink(report())
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            sink(report())
            sink(report("/of-the-child"))
            os.write(writing, generate_latest(registry))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        exposition = pipe.read().decode("utf-8")
    os.waitpid(child, 0)

    assert samples(exposition)[ORDERS] == 2
    assert samples(exposition)["querywatch_request_queries_count", "GET", "/of-the-child"] == 1
    assert samples(registry)[ORDERS] == 1
