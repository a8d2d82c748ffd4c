"""The metrics of one registry: made once, shared by every sink on it."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from weakref import WeakKeyDictionary

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from querywatch.errors import ConfigurationError
from querywatch.sinks._metrics import table
from querywatch.sinks._metrics.labels import Bounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from querywatch.sinks._metrics.table import Metric

Families: TypeAlias = "Mapping[Metric, Any]"
"""Each metric and the Counter, Gauge or Histogram that Prometheus' client has for it."""

BUILD_INFO: Final = table.Metric(
    "querywatch_build_info",
    "",
    "",
    "gauge",
    "Always 1: which versions run.",
    ("version", "python_version", "sqlalchemy_version"),
)
# A process that ended holds no connection, and its version is no longer running.
_MULTIPROCESS_MODES: Final = {BUILD_INFO: "livemax"}
_MULTIPROCESS_MODE: Final = "livesum"

_made: Final[WeakKeyDictionary[CollectorRegistry, dict[Metric, Any]]] = WeakKeyDictionary()
_limiters: Final[WeakKeyDictionary[CollectorRegistry, dict[tuple[str, int], Bounded]]] = (
    WeakKeyDictionary()
)
_lock: Final = Lock()


def checked(registry: CollectorRegistry | None) -> CollectorRegistry:
    """Return *registry*, or the client's own for None; ConfigurationError for anything else."""
    if registry is None:
        return REGISTRY
    if not isinstance(registry, CollectorRegistry):
        raise ConfigurationError(f"registry must be a CollectorRegistry, not {registry!r}")
    return registry


def families(registry: CollectorRegistry, metrics: Iterable[Metric]) -> Families:
    """Return what *registry* has for each of *metrics*, made where it was not made before.

    Either all of them are registered or none: a name that is somebody else's is a
    ConfigurationError.
    """
    with _lock:
        known = _made.setdefault(registry, {})
        new: dict[Metric, Any] = {}
        try:
            for metric in metrics:
                if metric not in known:
                    new[metric] = _make(metric, registry)
        except Exception:
            for collector in new.values():
                registry.unregister(collector)
            raise
        known.update(new)
        return dict(known)


def limiter(registry: CollectorRegistry, attribute: str, limit: int) -> Bounded:
    """Return the limiter of one label on *registry*; sinks that ask for the same limit share it."""
    refused = families(registry, [table.LABEL_OVERFLOW])[table.LABEL_OVERFLOW].labels(attribute).inc
    with _lock:
        limiters = _limiters.setdefault(registry, {})
        return limiters.setdefault((attribute, limit), Bounded(limit, refused))


def _make(metric: Metric, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    common: dict[str, Any] = {
        "name": metric.name,
        "documentation": metric.help,
        "labelnames": metric.labels,
        "unit": "seconds" if metric.unit == "s" else "",
        "registry": registry,
    }
    try:
        if metric.kind == "histogram":
            return Histogram(**common, buckets=metric.buckets)
        if metric.kind == "gauge":
            mode: Any = _MULTIPROCESS_MODES.get(metric, _MULTIPROCESS_MODE)
            return Gauge(**common, multiprocess_mode=mode)
        return Counter(**common)
    except ValueError as error:
        msg = (
            f"registry already holds {metric.name}, which somebody else registered ({error});"
            " give PrometheusSink a registry of its own"
        )
        raise ConfigurationError(msg) from error
