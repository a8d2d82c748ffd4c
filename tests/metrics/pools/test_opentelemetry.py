"""The pools' instruments: observed at each collection, counted as it happens."""

from __future__ import annotations

import gc
from contextlib import closing, suppress

import pytest
from opentelemetry.semconv._incubating.metrics import db_metrics
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from querywatch.capture.pools import names
from querywatch.sinks.opentelemetry import OpenTelemetrySink
from querywatch.sinks.prometheus import PrometheusSink
from tests.metrics.pools.reading import Meters
from tests.metrics.shared.reports import report
from tests.metrics.shared.translated import translated

OWN = "querywatch.pool."
SEMCONV = "db.client.connection."


def _busy(engine: Engine) -> None:
    with engine.connect(), engine.connect(), suppress(PoolTimeoutError):
        engine.connect()


def test_every_instrument_of_the_table_is_there(meters: Meters, engine: Engine) -> None:
    """Two are used, one waited in vain."""
    sink = OpenTelemetrySink(meter_provider=meters.provider, pools={"primary": engine})
    with closing(sink):
        with engine.connect(), engine.connect():
            with suppress(PoolTimeoutError):
                engine.connect()
            during = meters.points(OWN)
        after = meters.points(OWN)

    assert during == {
        (f"{OWN}connections", "primary", "used"): 2,
        (f"{OWN}connections", "primary", "idle"): 0,
        (f"{OWN}connections.max", "primary"): 2,
        (f"{OWN}pending_requests", "primary"): 0,
        (f"{OWN}wait.duration", "primary"): 2,
        (f"{OWN}timeouts", "primary"): 1,
    }
    assert after[f"{OWN}connections", "primary", "idle"] == 1
    assert after[f"{OWN}hold.duration", "primary"] == 2


def test_a_sink_that_was_not_asked_tells_nothing(meters: Meters, engine: Engine) -> None:
    """Neither by our names nor by those of the conventions."""
    sink = OpenTelemetrySink(meter_provider=meters.provider, semconv_metrics=True)
    with closing(sink), engine.connect():
        assert meters.points(OWN) == meters.points(SEMCONV) == {}


def test_the_conventions_names_are_told_beside_ours(meters: Meters, engine: Engine) -> None:
    """Each metric that the conventions have and SQLAlchemy can tell, in their unit."""
    sink = OpenTelemetrySink(
        meter_provider=meters.provider, pools={"primary": engine}, semconv_metrics=True
    )
    with closing(sink):
        _busy(engine)
        found = meters.points(SEMCONV)
        kinds = meters.units(SEMCONV)

    assert found == {
        (f"{SEMCONV}count", "primary", "used"): 0,
        (f"{SEMCONV}count", "primary", "idle"): 1,
        (f"{SEMCONV}max", "primary"): 2,
        (f"{SEMCONV}idle.max", "primary"): 1,
        (f"{SEMCONV}pending_requests", "primary"): 0,
        (f"{SEMCONV}timeouts", "primary"): 1,
        (f"{SEMCONV}create_time", "primary"): 2,
        (f"{SEMCONV}wait_time", "primary"): 2,
        (f"{SEMCONV}use_time", "primary"): 2,
    }
    assert kinds == {
        db_metrics.DB_CLIENT_CONNECTION_COUNT: ("{connection}", "Sum"),
        db_metrics.DB_CLIENT_CONNECTION_MAX: ("{connection}", "Sum"),
        db_metrics.DB_CLIENT_CONNECTION_IDLE_MAX: ("{connection}", "Sum"),
        db_metrics.DB_CLIENT_CONNECTION_PENDING_REQUESTS: ("{request}", "Sum"),
        db_metrics.DB_CLIENT_CONNECTION_TIMEOUTS: ("{timeout}", "Sum"),
        db_metrics.DB_CLIENT_CONNECTION_CREATE_TIME: ("s", "Histogram"),
        db_metrics.DB_CLIENT_CONNECTION_WAIT_TIME: ("s", "Histogram"),
        db_metrics.DB_CLIENT_CONNECTION_USE_TIME: ("s", "Histogram"),
    }


def test_the_conventions_names_are_left_to_whoever_tells_them(
    monkeypatch: pytest.MonkeyPatch, meters: Meters, engine: Engine
) -> None:
    """With "auto", where SQLAlchemy or a driver is instrumented already."""
    monkeypatch.setattr("querywatch.sinks.opentelemetry.sink.others_instrument", lambda: True)
    sink = OpenTelemetrySink(
        meter_provider=meters.provider, pools={"primary": engine}, semconv_metrics="auto"
    )
    with closing(sink):
        _busy(engine)

        assert meters.points(SEMCONV) == {}
        assert meters.points(OWN) != {}


def test_what_has_no_limit_has_no_point_of_it(meters: Meters) -> None:
    """A missing maximum is no zero."""
    engine = create_engine("sqlite://", poolclass=NullPool, logging_name="unlimited")
    sink = OpenTelemetrySink(meter_provider=meters.provider, pools=True, semconv_metrics=True)
    with closing(sink), engine.connect():
        own, semconv = meters.points(OWN), meters.points(SEMCONV)

    assert own[f"{OWN}connections", "unlimited", "used"] == 1
    assert (f"{OWN}connections.max", "unlimited") not in own
    assert (f"{SEMCONV}max", "unlimited") not in semconv
    assert semconv[f"{SEMCONV}idle.max", "unlimited"] == 0


def test_an_engine_that_is_gone_is_observed_no_longer(meters: Meters) -> None:
    """What was counted of it stays."""
    sink = OpenTelemetrySink(meter_provider=meters.provider, pools=True)
    engine = create_engine("sqlite://", logging_name="brief")
    with closing(sink):
        with engine.connect():
            pass
        there = meters.points(f"{OWN}connections")
        del engine
        gc.collect()
        sink(report())
        gone = meters.points(OWN)

    assert there[f"{OWN}connections", "brief", "idle"] == 1
    assert {name for name, *_ in gone} == {
        f"{OWN}wait.duration",
        f"{OWN}hold.duration",
        f"{OWN}timeouts",
    }


def test_a_sink_that_is_closed_observes_nothing(meters: Meters, engine: Engine) -> None:
    """A collection after it finds no connections."""
    sink = OpenTelemetrySink(meter_provider=meters.provider, pools=True)
    with engine.connect():
        sink.close()
        sink.close()

    assert meters.points(f"{OWN}connections") == {}


def test_sinks_on_one_provider_count_once(meters: Meters, engine: Engine) -> None:
    """Whichever of them is closed first."""
    first = OpenTelemetrySink(meter_provider=meters.provider, pools={"primary": engine})
    second = OpenTelemetrySink(meter_provider=meters.provider, pools=True)
    with closing(second):
        with engine.connect():
            pass
        first.close()
        with engine.connect():
            found = meters.points(OWN)

        assert found[f"{OWN}wait.duration", "primary"] == 2
        assert found[f"{OWN}connections", "primary", "used"] == 1


def test_engines_beyond_the_limit_are_counted_as_others(
    monkeypatch: pytest.MonkeyPatch, meters: Meters
) -> None:
    """And it is counted that they were, once."""
    monkeypatch.setattr(names, "MOST_NAMES", 1)
    engines = [create_engine("sqlite://", logging_name=f"tenant {n}") for n in range(3)]
    sink = OpenTelemetrySink(meter_provider=meters.provider, pools=True, semconv_metrics=True)
    with closing(sink):
        for engine in engines:
            with engine.connect():
                pass
        found = meters.points("querywatch.")

    assert found[f"{OWN}connections", "<other>", "idle"] == 2
    assert found["querywatch.label_overflow", "db.client.connection.pool.name"] == 2


def test_both_exporters_tell_the_same(registry: CollectorRegistry, engine: Engine) -> None:
    """Name for name, label for label, bucket for bucket."""
    pools = {"primary": engine}
    prometheus = PrometheusSink(registry=registry, pools=pools)
    with translated() as (provider, other):
        opentelemetry = OpenTelemetrySink(meter_provider=provider, pools=pools)
        with closing(prometheus), closing(opentelemetry):
            _busy(engine)
            with engine.connect():
                ours, theirs = _series(registry), _series(other)

    assert ours == theirs
    assert len(ours) == 29


def _series(registry: CollectorRegistry) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    return {
        (
            sample.name,
            frozenset(
                (name, value)
                for name, value in sample.labels.items()
                if not name.startswith("otel_scope_")
            ),
        )
        for family in registry.collect()
        for sample in family.samples
        if sample.name.startswith("querywatch_pool_") and not sample.name.endswith("_created")
    }
