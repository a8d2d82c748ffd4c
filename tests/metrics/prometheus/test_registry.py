"""Metrics are made once for each registry, and never taken from somebody else."""

from __future__ import annotations

import gc
import weakref

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from querywatch import ConfigurationError, QueryWatch, QueryWatchMiddleware
from querywatch.sinks._metrics import table
from querywatch.sinks.prometheus import PrometheusSink
from tests.metrics.prometheus.reading import samples
from tests.metrics.shared.reports import report

COUNT = ("querywatch_request_queries_count", "GET", "/orders")


def test_two_sinks_on_one_registry_count_into_the_same_series(
    registry: CollectorRegistry,
) -> None:
    """Two applications in one process, with different options."""
    for sink in (
        PrometheusSink(registry=registry, fingerprints=True),
        PrometheusSink(registry=registry),
    ):
        sink(report())

    assert samples(registry)[COUNT] == 2


def test_two_registries_have_nothing_in_common(registry: CollectorRegistry) -> None:
    """Each sink counts into its own."""
    other = CollectorRegistry()
    PrometheusSink(registry=other)
    PrometheusSink(registry=registry)(report())

    assert samples(registry)[COUNT] == 1
    assert COUNT not in samples(other)


def test_a_sink_made_anew_goes_on_where_the_first_one_stopped(
    registry: CollectorRegistry,
) -> None:
    """An application factory that is called again in one process."""
    for _ in range(3):
        PrometheusSink(registry=registry)(report())

    assert samples(registry)[COUNT] == 3


def test_a_middleware_stack_built_twice_counts_each_request_once(
    registry: CollectorRegistry,
) -> None:
    """Starlette builds it anew with the first request after a change."""
    watch = QueryWatch(sinks=[PrometheusSink(registry=registry)])
    app = Starlette(middleware=[Middleware(QueryWatchMiddleware, watch=watch)])
    app.build_middleware_stack()
    TestClient(app).get("/nowhere")
    app.middleware_stack = app.build_middleware_stack()
    TestClient(app).get("/nowhere")

    assert samples(registry)["querywatch_request_queries_count", "GET", "<unmatched>"] == 2


def test_a_registry_nobody_uses_any_more_is_forgotten() -> None:
    """Tests and reloads make one after another."""
    registry = CollectorRegistry()
    PrometheusSink(registry=registry)(report())
    gone = weakref.ref(registry)
    del registry
    gc.collect()

    assert gone() is None


def test_a_name_that_is_taken_is_refused_by_name(registry: CollectorRegistry) -> None:
    """And nothing of ours is left behind: the next try finds the registry as it was."""
    Counter("querywatch_findings_total", "Somebody else's.", registry=registry)
    before = list(samples(registry))
    with pytest.raises(ConfigurationError, match="already holds querywatch_findings_total,"):
        PrometheusSink(registry=registry)

    assert list(samples(registry)) == before
    with pytest.raises(ConfigurationError, match="already holds querywatch_findings_total,"):
        PrometheusSink(registry=registry)


def test_a_name_that_is_taken_once_is_free_again_later(registry: CollectorRegistry) -> None:
    """Whoever registered it took it back: nothing of ours was in the way."""
    theirs = Counter("querywatch_overhead_seconds_total", "Somebody else's.", registry=registry)
    with pytest.raises(ConfigurationError, match="already holds querywatch_overhead_seconds_total"):
        PrometheusSink(registry=registry)
    registry.unregister(theirs)
    PrometheusSink(registry=registry)(report())

    assert samples(registry)[COUNT] == 1


@pytest.mark.parametrize("name", ["querywatch_build_info", "querywatch_request_queries_sum"])
def test_a_name_that_only_collides_with_ours_is_refused_too(
    registry: CollectorRegistry, name: str
) -> None:
    """A histogram owns the names with its suffixes as well."""
    Gauge(name, "Somebody else's.", registry=registry)
    with pytest.raises(ConfigurationError, match=f"already holds {name.removesuffix('_sum')},"):
        PrometheusSink(registry=registry)


def test_names_of_somebody_else_that_are_not_ours_are_no_trouble(
    registry: CollectorRegistry,
) -> None:
    """Most registries hold more than querywatch."""
    mine = Histogram("shop_orders", "Orders.", registry=registry)
    PrometheusSink(registry=registry)(report())
    mine.observe(1)

    assert samples(registry)[COUNT] == 1
    assert samples(registry)["shop_orders_count",] == 1


def test_an_option_asked_for_later_brings_its_metric(registry: CollectorRegistry) -> None:
    """What is there stays as it is."""
    PrometheusSink(registry=registry)(report())
    PrometheusSink(registry=registry, returned_rows=True)

    names = {family.name for family in registry.collect()}
    assert table.QUERY_RETURNED_ROWS.name in names
    assert samples(registry)[COUNT] == 1
