"""The instruments of pools: observed when metrics are collected, counted when something happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from opentelemetry.metrics import Observation

from querywatch.capture.pool import OTHER, watch_pools
from querywatch.sinks._metrics import table
from querywatch.sinks._metrics.labels import presentable
from querywatch.sinks._metrics.table import Metric
from querywatch.sinks.opentelemetry._instruments import instruments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from opentelemetry.metrics import CallbackOptions, Meter
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

    from querywatch.capture.pool import PoolState


@dataclass(frozen=True)
class Family:
    """One set of pool metrics; None where it has no such metric."""

    connections: Metric
    max: Metric
    pending: Metric
    wait: Metric
    hold: Metric
    timeouts: Metric
    create: Metric | None = None
    idle_max: Metric | None = None


OWN: Final = Family(
    connections=table.POOL_CONNECTIONS,
    max=table.POOL_CONNECTIONS_MAX,
    pending=table.POOL_PENDING,
    wait=table.POOL_WAIT,
    hold=table.POOL_HOLD,
    timeouts=table.POOL_TIMEOUTS,
)


def _semconv(name: str, unit: str, kind: table.Kind, help_: str, *attributes: str) -> Metric:
    buckets = table.SECONDS if kind == "histogram" else ()
    name = f"db.client.connection.{name}"
    return Metric("", name, unit, kind, help_, (table.POOL, *attributes), buckets)


SEMCONV: Final = Family(
    connections=_semconv("count", "{connection}", "gauge", "Open connections.", table.STATE),
    max=_semconv("max", "{connection}", "gauge", "The most connections that may be open."),
    pending=_semconv("pending_requests", "{request}", "gauge", "Callers that wait."),
    wait=_semconv("wait_time", "s", "histogram", "Time to obtain a connection from the pool."),
    hold=_semconv("use_time", "s", "histogram", "Time between borrowing and returning one."),
    timeouts=_semconv("timeouts", "{timeout}", "counter", "Callers that waited in vain."),
    create=_semconv("create_time", "s", "histogram", "Time to create a connection."),
    idle_max=_semconv("idle.max", "{connection}", "gauge", "The most idle connections kept open."),
)
"""The metrics of the semantic conventions, in development there: names, units and attributes."""

_observers: Final[WeakKeyDictionary[Meter, dict[Family, PoolInstruments]]] = WeakKeyDictionary()


def watch(
    meter: Meter,
    engines: Mapping[str, Engine | AsyncEngine] | None,
    semconv: Callable[[], bool] | None = None,
) -> Callable[[], None]:
    """Record what happens to pools with *meter* until the returned function is called.

    It goes by the names of the semantic conventions as well, whenever *semconv* says so. However
    many sinks watch with one meter, each connection counts once.
    """
    stops = [watch_pools(_observer(meter, OWN, _always), engines)]
    if semconv is not None:
        stops.append(watch_pools(_observer(meter, SEMCONV, semconv), engines))

    def stop() -> None:
        for one in stops:
            one()

    return stop


def _observer(meter: Meter, family: Family, wanted: Callable[[], bool]) -> PoolInstruments:
    observers = _observers.setdefault(meter, {})
    if family not in observers:
        observers[family] = PoolInstruments(meter, family, wanted)
    return observers[family]


class PoolInstruments:
    """One family of instruments on one meter."""

    def __init__(self, meter: Meter, family: Family, wanted: Callable[[], bool]) -> None:
        self._family = family
        self._wanted = wanted
        self._states: dict[str, PoolState] = {}
        self._attributes: dict[str, dict[str, str]] = {}
        counted = [family.wait, family.hold, family.timeouts, family.create, table.LABEL_OVERFLOW]
        self._made: Mapping[Metric, Any] = instruments(meter, filter(None, counted))
        for metric, observe in (
            (family.connections, self._observe_connections),
            (family.max, self._observe_max),
            (family.pending, self._observe_pending),
            (family.idle_max, self._observe_idle_max),
        ):
            if metric is not None:
                # One that a meter adds to would lose what came before its provider did.
                meter.create_observable_up_down_counter(
                    metric.otel_name, [observe], metric.unit, metric.help
                )

    def changed(self, state: PoolState) -> None:
        """Keep the state of one engine for the next collection."""
        if state.name not in self._states:
            self._count(self._family.timeouts, state.name, 0)
        self._states[state.name] = state

    def waited(self, name: str, seconds: float) -> None:
        """Record one check-out."""
        if name == OTHER and self._family is OWN:
            self._made[table.LABEL_OVERFLOW].add(1, {table.LABEL_NAME: table.POOL})
        self._record(self._family.wait, name, seconds)

    def held(self, name: str, seconds: float) -> None:
        """Record one check-in."""
        self._record(self._family.hold, name, seconds)

    def created(self, name: str, seconds: float) -> None:
        """Record one new connection."""
        if self._family.create is not None:
            self._record(self._family.create, name, seconds)

    def timed_out(self, name: str) -> None:
        """Count one caller that waited in vain."""
        self._count(self._family.timeouts, name, 1)

    def forgotten(self, name: str) -> None:
        """Observe one engine no longer."""
        self._states.pop(name, None)

    def _record(self, metric: Metric, name: str, seconds: float) -> None:
        if self._wanted():
            self._made[metric].record(seconds, self._of(name))

    def _count(self, metric: Metric, name: str, number: int) -> None:
        if self._wanted():
            self._made[metric].add(number, self._of(name))

    def _of(self, name: str) -> dict[str, str]:
        found = self._attributes.get(name)
        if found is None:
            found = self._attributes[name] = {table.POOL: presentable(name)}
        return found

    def _observe_connections(self, _: CallbackOptions) -> Iterable[Observation]:
        for state in self._observed():
            pool = self._of(state.name)
            yield Observation(state.used, {**pool, table.STATE: "used"})
            yield Observation(state.idle, {**pool, table.STATE: "idle"})

    def _observe_max(self, _: CallbackOptions) -> Iterable[Observation]:
        for state in self._observed():
            if state.max is not None:
                yield Observation(state.max, self._of(state.name))

    def _observe_pending(self, _: CallbackOptions) -> Iterable[Observation]:
        for state in self._observed():
            yield Observation(state.pending, self._of(state.name))

    def _observe_idle_max(self, _: CallbackOptions) -> Iterable[Observation]:
        for state in self._observed():
            if state.max_idle is not None:
                yield Observation(state.max_idle, self._of(state.name))

    def _observed(self) -> Iterator[PoolState]:
        return iter(tuple(self._states.values()) if self._wanted() else ())


def _always() -> bool:
    return True
