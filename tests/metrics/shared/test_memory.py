"""Once their caches are full, the exporters keep nothing of what they are told."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any, Final

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from prometheus_client import CollectorRegistry

from querywatch.sinks.opentelemetry import OpenTelemetrySink
from querywatch.sinks.prometheus import PrometheusSink
from tests.metrics.shared.crowds import (
    Sink,
    ask_for_every_route,
    ask_for_nonsense,
    run_statements,
    watched,
)
from tests.metrics.shared.reports import loop, query, report
from tests.middleware.shop import shop

PATHS, STATEMENTS, ROUTES = 5_000, 2_500, 300
"""Of each of two crowds: the caches that a process has are full after the first."""
FEW_BLOCKS = 1_000
"""Blocks of memory that may be left over: one for each path would be five times as many."""
FEWER = 100
"""Of those that the exporters alone hold, where one for each label would be 1,500. Not bytes: the
table of a cache that is full doubles once in a while."""
OPTIONS: Final[Any] = {"fingerprints": True, "returned_rows": True}


def prometheus(**more: Any) -> Sink:
    """Make a sink on a registry of its own."""
    return PrometheusSink(registry=CollectorRegistry(), **OPTIONS, **more)


def opentelemetry(**more: Any) -> Sink:
    """Make a sink on a provider of its own."""
    provider = MeterProvider([InMemoryMetricReader()], shutdown_on_exit=False)
    return OpenTelemetrySink(meter_provider=provider, semconv_metrics=True, **OPTIONS, **more)


@pytest.mark.parametrize("make", [prometheus, opentelemetry])
def test_a_second_crowd_leaves_nothing_behind(make: Callable[..., Sink]) -> None:
    """5,000 paths and 2,500 statements that nobody saw before, and the routes of the first."""
    sink = make()
    app = watched(sink, ROUTES, shop())

    def crowd(number: int) -> int:
        ask_for_nonsense(app, PATHS, seed=number)
        ask_for_every_route(app, ROUTES)
        run_statements(sink, range(number * STATEMENTS, (number + 1) * STATEMENTS))
        gc.collect()
        return sys.getallocatedblocks()

    first = crowd(0)

    assert crowd(1) - first < FEW_BLOCKS


@pytest.mark.parametrize("make", [prometheus, opentelemetry])
def test_what_is_beyond_the_limits_is_not_kept(make: Callable[..., Sink]) -> None:
    """Thousands of labels, errors and offending statements, each of which comes once."""
    sink = make(max_routes=50)

    def offend(numbers: range) -> int:
        for number in numbers:
            sink(report(f"/{number}", [query(f"SELECT {number}", error=f"E{number}")]))
            sink(loop(2, f"SELECT column_{number} FROM items WHERE order_id = ?"))
        return _held()

    tracemalloc.start()
    try:
        before = offend(range(1_500))
        after = offend(range(1_500, 3_000))
    finally:
        tracemalloc.stop()

    assert before > 0
    assert after - before < FEWER


def _held() -> int:
    """Count the blocks that the sinks, and the clients on their behalf, hold."""
    gc.collect()
    patterns = ("*/querywatch/sinks/*", "*/prometheus_client/*", "*/opentelemetry/*")
    ours = [tracemalloc.Filter(inclusive=True, filename_pattern=name) for name in patterns]
    return len(tracemalloc.take_snapshot().filter_traces(ours).traces)
