"""The series of pools: set when something happens to one, for no collector sees other workers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from querywatch.capture.pool import OTHER, watch_pools
from querywatch.sinks._metrics import table
from querywatch.sinks._metrics.labels import presentable
from querywatch.sinks.prometheus._multiprocess import directory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prometheus_client import CollectorRegistry, Gauge
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

    from querywatch.capture.pool import PoolState
    from querywatch.sinks.prometheus._families import Families

_GAUGES: Final[Mapping[str, tuple[Any, ...]]] = {
    "used": (table.POOL_CONNECTIONS, "used"),
    "idle": (table.POOL_CONNECTIONS, "idle"),
    "max": (table.POOL_CONNECTIONS_MAX,),
    "pending": (table.POOL_PENDING,),
}
"""Each figure of a `PoolState` that has a gauge, and what tells it from the engine's others."""

_observers: Final[WeakKeyDictionary[CollectorRegistry, PoolSeries]] = WeakKeyDictionary()


def watch(
    registry: CollectorRegistry,
    families: Families,
    engines: Mapping[str, Engine | AsyncEngine] | None,
) -> Callable[[], None]:
    """Keep the pools' series of *registry* up to date until the returned function is called.

    However many sinks watch on one registry, each connection counts once there.
    """
    observer = _observers.setdefault(registry, PoolSeries(families))
    return watch_pools(observer, engines)


class PoolSeries:
    """The series of every engine.

    Gauges are there from an engine's first connection until it is forgotten. What was counted
    stays, so that the next scrape sees it; the names are bounded.
    """

    def __init__(self, families: Families) -> None:
        self._families = families
        self._overflow = families[table.LABEL_OVERFLOW].labels(table.POOL).inc
        self._engines: dict[str, EngineSeries] = {}
        self._process = os.getpid()

    def changed(self, state: PoolState) -> None:
        """Set the gauges of one engine."""
        # In multiprocess mode a forked worker begins with a file of its own, all zeros.
        if self._process != os.getpid():
            self._process = os.getpid()
            self._engines.clear()
        self._of(state.name).show(state)

    def waited(self, name: str, seconds: float) -> None:
        """Count one check-out."""
        if name == OTHER:
            self._overflow()
        self._of(name).waited(seconds)

    def held(self, name: str, seconds: float) -> None:
        """Count one check-in."""
        self._of(name).held(seconds)

    def created(self, name: str, seconds: float) -> None:
        """Leave it: there is no metric of it."""

    def timed_out(self, name: str) -> None:
        """Count one caller that waited in vain."""
        self._of(name).timed_out()

    def forgotten(self, name: str) -> None:
        """Take the gauges of one engine away."""
        series = self._engines.pop(name, None)
        if series is not None:
            series.forget()

    def _of(self, name: str) -> EngineSeries:
        series = self._engines.get(name)
        if series is None:
            series = self._engines[name] = EngineSeries(self._families, presentable(name))
        return series


class EngineSeries:
    """The series of one engine, each looked up once."""

    def __init__(self, families: Families, name: str) -> None:
        self._families = families
        self._name = name
        self._gauges: dict[str, Gauge] = {}
        self._shown: dict[str, int] = {}
        self.waited = families[table.POOL_WAIT].labels(name).observe
        self.held = families[table.POOL_HOLD].labels(name).observe
        self.timed_out = families[table.POOL_TIMEOUTS].labels(name).inc

    def show(self, state: PoolState) -> None:
        """Set the gauges that differ from what they were."""
        shown = self._shown
        for field in _GAUGES:
            value = getattr(state, field)
            if value is not None and shown.get(field) != value:
                self._gauge(field).set(value)
                shown[field] = value

    def forget(self) -> None:
        """Take the gauges away."""
        for field, gauge in self._gauges.items():
            # What other processes wrote cannot be taken away; a sum does not mind a zero.
            if directory() is not None:
                gauge.set(0)
            else:
                metric, *states = _GAUGES[field]
                self._families[metric].remove(self._name, *states)

    def _gauge(self, field: str) -> Gauge:
        if field not in self._gauges:
            metric, *states = _GAUGES[field]
            self._gauges[field] = self._families[metric].labels(self._name, *states)
        return self._gauges[field]
