"""The sink: a report becomes counters and histograms of Prometheus' client."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Final

from querywatch.capture.pool import settle
from querywatch.errors import ConfigurationError
from querywatch.settings import checks
from querywatch.sinks._metrics import table
from querywatch.sinks._metrics.figures import figures_of
from querywatch.sinks._metrics.labels import MAX_ERROR_TYPES, MAX_FINGERPRINTS, MAX_ROUTES
from querywatch.sinks._metrics.routes import Routes
from querywatch.sinks.prometheus._build import BuildInfo
from querywatch.sinks.prometheus._exemplars import current_trace, guarded
from querywatch.sinks.prometheus._families import BUILD_INFO, checked, families, limiter
from querywatch.sinks.prometheus._multiprocess import directory
from querywatch.sinks.prometheus._pools import watch
from querywatch.sinks.prometheus._series import Fingerprints, Route, Rows, Statements

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine

    from querywatch.model import Report
    from querywatch.sinks.prometheus._exemplars import Exemplar

ALWAYS: Final = (*table.REQUEST_METRICS, BUILD_INFO)


class PrometheusSink:
    """Count what reports tell: queries and time per request, findings, what a fix would save.

    The metrics are made once per *registry* (default: `prometheus_client.REGISTRY`), however
    many sinks there are on it. *fingerprints* counts the statements that findings object to, by
    16 digits that stand for their text; *returned_rows* the rows of each select; *pools* the
    connections of every engine, some of which a mapping may give names:
    `{"primary": engine, "replica": other}`.

    The first *max_routes* pairs of a method and a route have series of their own, 34 each, and
    46 with those that end in `_created`. All later ones share `<other>`, and
    `querywatch_label_overflow_total` counts what went there; so it is with the first 100 pairs
    of a route and a fingerprint. *exemplar* returns the labels that lead from a measurement to
    its trace, or None; by default those of OpenTelemetry's current span, if it is sampled.
    Multiprocess mode keeps no exemplars.

    Raises ConfigurationError where the registry holds one of the names already.
    """

    def __init__(
        self,
        *,
        registry: CollectorRegistry | None = None,
        pools: bool | Mapping[str, Engine | AsyncEngine] = False,
        fingerprints: bool = False,
        returned_rows: bool = False,
        max_routes: int = MAX_ROUTES,
        exemplar: Exemplar | None = current_trace,
    ) -> None:
        self.registry = checked(registry)
        routes = checks.count(max_routes, "max_routes")
        asked = {
            table.FINGERPRINT_QUERIES: checks.flag(fingerprints, "fingerprints"),
            table.QUERY_RETURNED_ROWS: checks.flag(returned_rows, "returned_rows"),
            **dict.fromkeys(table.POOL_METRICS, _asks_for_pools(pools)),
        }
        # Prometheus' client drops exemplars there, so nobody need be asked for any.
        self._exemplar = guarded(exemplar if directory() is None else None)
        made = families(self.registry, [*ALWAYS, *(metric for metric in asked if asked[metric])])
        bounded = partial(limiter, self.registry)
        self._routes = Routes(partial(Route, made), bounded(table.ROUTE, routes))
        self._statements = Statements(made, bounded(table.ERROR_TYPE, MAX_ERROR_TYPES))
        self._rows = Rows(made) if returned_rows else None
        names = bounded(table.FINGERPRINT, MAX_FINGERPRINTS) if fingerprints else None
        self._fingerprints = Fingerprints(made, names) if names is not None else None
        self._overhead = made[table.OVERHEAD].inc
        self._build = BuildInfo(made)
        named = pools if isinstance(pools, Mapping) else None
        self._stop = watch(self.registry, made, named) if _asks_for_pools(pools) else None

    def __call__(self, report: Report) -> None:
        """Count *report*."""
        started = perf_counter()
        figures = figures_of(report)
        route = self._routes.of(figures.method, figures.route)
        route.record(figures, self._exemplar())
        self._statements.record(report.recording.queries)
        if self._rows is not None:
            self._rows.record(report.recording.queries)
        if self._fingerprints is not None and report.findings:
            self._fingerprints.record(report, route.name)
        self._build.assure()
        if self._stop is not None:
            settle()
        self._overhead(report.recording.overhead + perf_counter() - started)

    def close(self) -> None:
        """Stop watching pools; the sink goes on counting what it is called with."""
        if self._stop is not None:
            self._stop()


def _asks_for_pools(pools: object) -> bool:
    if isinstance(pools, Mapping):
        return True
    if isinstance(pools, bool):
        return pools
    raise ConfigurationError(f"pools must be true or false, or name engines, not {pools!r}")
