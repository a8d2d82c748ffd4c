"""The pools' series in Prometheus: there from the first connection until the engine is gone."""

from __future__ import annotations

import gc
from contextlib import closing, suppress

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from querywatch import ConfigurationError, capture
from querywatch.capture.pools import names
from querywatch.sinks.prometheus import PrometheusSink
from tests.metrics.prometheus.reading import Samples, samples
from tests.metrics.shared.reports import report


def _pool(registry: CollectorRegistry) -> Samples:
    """Read the series of pools, without the buckets of histograms."""
    return {
        (name.removeprefix("querywatch_pool_"), *labels): value
        for (name, *labels), value in samples(registry).items()
        if name.startswith("querywatch_pool_") and not name.endswith(("_bucket", "_sum"))
    }


def test_every_metric_of_the_table_is_there(registry: CollectorRegistry, engine: Engine) -> None:
    """Two are used, one waited in vain; then one is idle and the other closed."""
    sink = PrometheusSink(registry=registry, pools={"primary": engine})
    with closing(sink):
        with engine.connect(), engine.connect():
            with suppress(PoolTimeoutError):
                engine.connect()
            during = _pool(registry)
        after = _pool(registry)

    assert during == {
        ("connections", "primary", "used"): 2,
        ("connections", "primary", "idle"): 0,
        ("connections_max", "primary"): 2,
        ("pending_requests", "primary"): 0,
        ("wait_duration_seconds_count", "primary"): 2,
        ("hold_duration_seconds_count", "primary"): 0,
        ("timeouts_total", "primary"): 1,
    }
    assert after["hold_duration_seconds_count", "primary"] == 2


def test_a_sink_that_was_not_asked_has_no_such_series(
    registry: CollectorRegistry, engine: Engine
) -> None:
    """Nor does anybody watch."""
    sink = PrometheusSink(registry=registry)
    with closing(sink), engine.connect():
        assert _pool(registry) == {}


def test_an_engine_that_was_named_is_there_before_it_connects(
    registry: CollectorRegistry, engine: Engine
) -> None:
    """All at zero: a first time-out is an increase."""
    sink = PrometheusSink(registry=registry, pools={"primary": engine})
    with closing(sink):
        found = _pool(registry)

    assert found["timeouts_total", "primary"] == 0
    assert found["connections_max", "primary"] == 2


def test_what_has_no_limit_has_no_series_of_it(registry: CollectorRegistry) -> None:
    """A missing maximum is no zero."""
    engine = create_engine("sqlite://", poolclass=NullPool, logging_name="unlimited")
    sink = PrometheusSink(registry=registry, pools=True)
    with closing(sink):
        with engine.connect():
            found = _pool(registry)

        assert found["connections", "unlimited", "used"] == 1
        assert ("connections_max", "unlimited") not in found


def test_the_gauges_of_an_engine_that_is_gone_go_and_its_counts_stay(
    registry: CollectorRegistry,
) -> None:
    """The next report at the latest tells what the garbage collector did."""
    sink = PrometheusSink(registry=registry, pools=True)
    engine = create_engine("sqlite://", logging_name="brief")
    with closing(sink):
        with engine.connect():
            pass
        there = _pool(registry)
        del engine
        gc.collect()
        sink(report())
        gone = _pool(registry)

    assert there["connections", "brief", "idle"] == 1
    assert gone == {
        ("wait_duration_seconds_count", "brief"): 1,
        ("hold_duration_seconds_count", "brief"): 1,
        ("timeouts_total", "brief"): 0,
    }


def test_a_sink_that_is_closed_leaves_no_gauge(registry: CollectorRegistry, engine: Engine) -> None:
    """What nobody keeps up to date would be wrong for ever."""
    sink = PrometheusSink(registry=registry, pools=True)
    with engine.connect():
        sink.close()
        sink.close()

    assert [key for key in _pool(registry) if "connections" in key[0]] == []


def test_sinks_on_one_registry_count_once(registry: CollectorRegistry, engine: Engine) -> None:
    """An application may be made of several, each with a sink of its own."""
    other = create_engine("sqlite://")
    first = PrometheusSink(registry=registry, pools={"primary": engine})
    second = PrometheusSink(registry=registry, pools={"other": other})
    with closing(second):
        with engine.connect(), other.connect():
            pass
        first.close()
        with engine.connect():
            found = _pool(registry)

        assert found["wait_duration_seconds_count", "primary"] == 2
        assert found["wait_duration_seconds_count", "other"] == 1
        assert found["connections", "primary", "used"] == 1


def test_engines_beyond_the_limit_are_counted_as_others(
    monkeypatch: pytest.MonkeyPatch, registry: CollectorRegistry
) -> None:
    """And it is counted that they were."""
    monkeypatch.setattr(names, "MOST_NAMES", 1)
    engines = [create_engine("sqlite://", logging_name=f"tenant {n}") for n in range(3)]
    sink = PrometheusSink(registry=registry, pools=True)
    with closing(sink):
        for engine in engines:
            with engine.connect():
                pass
        found = samples(registry)

    assert found["querywatch_pool_connections", "<other>", "idle"] == 2
    overflow = "querywatch_label_overflow_total", "db.client.connection.pool.name"
    assert found[overflow] == 2


def test_a_name_that_is_no_text_of_unicode_harms_nothing(registry: CollectorRegistry) -> None:
    """It is shown as what can be written."""
    engine = create_engine("sqlite://", logging_name="odd \udc80")
    sink = PrometheusSink(registry=registry, pools=True)
    failures = capture.failures()
    with closing(sink), engine.connect():
        found = _pool(registry)

    assert found["connections", "odd \\udc80", "used"] == 1
    assert capture.failures() == failures


@pytest.mark.parametrize("pools", [3, "primary", {"primary": 3}, [1]])
def test_pools_that_are_none_are_refused(registry: CollectorRegistry, pools: object) -> None:
    """The error names the option and the value."""
    with pytest.raises(ConfigurationError, match="pools"):
        PrometheusSink(registry=registry, pools=pools)  # type: ignore[arg-type]
