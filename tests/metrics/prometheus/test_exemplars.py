"""Exemplars: from a measurement to the trace it belongs to, and only where there is one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON
from prometheus_client import CollectorRegistry

from querywatch import capture
from querywatch.sinks.prometheus import PrometheusSink
from tests.metrics.prometheus.reading import samples
from tests.metrics.shared.reports import loop, query, report

WITH_EXEMPLARS = {
    "querywatch_request_queries_bucket",
    "querywatch_request_db_duration_seconds_bucket",
    "querywatch_findings_total",
}
COUNT = ("querywatch_request_queries_count", "GET", "/orders")


def _exemplars(registry: CollectorRegistry) -> dict[str, dict[str, str]]:
    return {
        sample.name: dict(sample.exemplar.labels)
        for family in registry.collect()
        for sample in family.samples
        if sample.exemplar is not None
    }


def test_a_sampled_span_is_the_exemplar_of_what_a_request_cost(
    registry: CollectorRegistry,
) -> None:
    """Queries, time and findings lead to the trace; single statements and sums do not."""
    sink = PrometheusSink(registry=registry, fingerprints=True)
    tracer = TracerProvider(sampler=ALWAYS_ON).get_tracer("test")
    with tracer.start_as_current_span("GET /orders") as span:
        sink(loop(4))

    context = span.get_span_context()
    expected = {
        "trace_id": trace.format_trace_id(context.trace_id),
        "span_id": trace.format_span_id(context.span_id),
    }
    assert _exemplars(registry) == dict.fromkeys(WITH_EXEMPLARS, expected)


def test_a_span_that_is_not_sampled_is_no_exemplar(registry: CollectorRegistry) -> None:
    """Nobody could look it up."""
    sink = PrometheusSink(registry=registry)
    tracer = TracerProvider(sampler=ALWAYS_OFF).get_tracer("test")
    with tracer.start_as_current_span("GET /orders"):
        sink(loop(4))

    assert _exemplars(registry) == {}
    assert samples(registry)[COUNT] == 1


def test_without_a_span_there_is_no_exemplar(registry: CollectorRegistry) -> None:
    """OpenTelemetry is imported, but nothing is traced."""
    PrometheusSink(registry=registry)(loop(4))

    assert _exemplars(registry) == {}


def test_exemplars_can_be_switched_off(registry: CollectorRegistry) -> None:
    """Whoever has no place to look traces up."""
    sink = PrometheusSink(registry=registry, exemplar=None)
    tracer = TracerProvider(sampler=ALWAYS_ON).get_tracer("test")
    with tracer.start_as_current_span("GET /orders"):
        sink(loop(4))

    assert _exemplars(registry) == {}


def test_exemplars_can_come_from_elsewhere(registry: CollectorRegistry) -> None:
    """A tracer that is not OpenTelemetry's."""
    PrometheusSink(registry=registry, exemplar=lambda: {"TraceID": "4711"})(loop(4))

    assert _exemplars(registry) == {name: {"TraceID": "4711"} for name in WITH_EXEMPLARS}


@pytest.mark.parametrize("fits", [{"a": "x" * 127}, {"a": "é" * 127}, {}, None])
def test_an_exemplar_of_up_to_128_characters_costs_nothing(
    registry: CollectorRegistry, fits: Any
) -> None:
    """Characters are counted, not bytes."""
    failures = capture.failures()
    PrometheusSink(registry=registry, exemplar=lambda: fits)(loop(4))

    assert capture.failures() == failures
    assert samples(registry)[COUNT] == 1


@pytest.mark.parametrize(
    "broken",
    [
        lambda: {"a": "x" * 128},
        lambda: {"trace id": "4711"},
        lambda: {"größe": "4711"},
        lambda: {"a": "\udcff"},
        lambda: {"a": 4711},
        lambda: "4711",
        lambda: 1 / 0,
    ],
)
def test_an_exemplar_that_is_wrong_costs_the_exemplar_alone(
    registry: CollectorRegistry, broken: Callable[[], Mapping[str, str]]
) -> None:
    """Everything is counted as it would be without, and the failure is counted, too."""
    failures = capture.failures()
    PrometheusSink(registry=registry, exemplar=broken)(loop(4))
    without = CollectorRegistry()
    PrometheusSink(registry=without, exemplar=None)(loop(4))

    assert capture.failures() == failures + 1
    assert _exemplars(registry) == {}
    ours, theirs = samples(registry), samples(without)
    overhead = ("querywatch_overhead_seconds_total",)
    assert ours.pop(overhead) >= 0 <= theirs.pop(overhead)
    assert ours == theirs


def test_a_process_without_opentelemetry_does_not_import_it() -> None:
    """Asking for the current span is no reason to load a tracer."""
    program = (
        "import sys\n"
        "from prometheus_client import CollectorRegistry\n"
        "from querywatch import Recording, Report\n"
        "from querywatch.sinks.prometheus import PrometheusSink\n"
        "PrometheusSink(registry=CollectorRegistry())(Report(Recording('job')))\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert b"opentelemetry" not in loaded.stdout.split()
    assert b"prometheus_client" in loaded.stdout.split()


def test_the_span_that_fastapi_makes_is_the_exemplar() -> None:
    """It has ended when the sink is called, but it is still the current one."""
    pytest.importorskip("fastapi.telemetry")
    program = """
from fastapi import FastAPI
from fastapi.testclient import TestClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry
from querywatch import QueryWatch, QueryWatchMiddleware
from querywatch.sinks.prometheus import PrometheusSink, metrics_app

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
registry = CollectorRegistry()
app = FastAPI()
watch = QueryWatch(sinks=[PrometheusSink(registry=registry)])
app.add_middleware(QueryWatchMiddleware, watch=watch)
app.get("/orders")(lambda: [])
TestClient(app).get("/orders")
spans = [span for span in exporter.get_finished_spans() if span.kind is trace.SpanKind.SERVER]
for family in registry.collect():
    for sample in family.samples:
        if sample.exemplar:
            span, = spans
            assert int(sample.exemplar.labels["trace_id"], 16) == span.context.trace_id
            assert int(sample.exemplar.labels["span_id"], 16) == span.context.span_id
            print(family.name)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    expected = ["querywatch_request_queries", "querywatch_request_db_duration_seconds"]
    assert done.stdout.split() == expected


def test_an_exemplar_does_not_outlive_its_request(registry: CollectorRegistry) -> None:
    """A request without a span leaves the exemplar of its bucket to the one that had it."""
    given = iter([{"trace_id": "1"}, None])
    sink = PrometheusSink(registry=registry, exemplar=lambda: next(given))
    sink(report(queries=[query()]))
    sink(report(queries=[query()] * 30))

    bucket = _exemplars(registry)["querywatch_request_queries_bucket"]
    assert bucket == {"trace_id": "1"}
    assert samples(registry)["querywatch_request_queries_sum", "GET", "/orders"] == 31
