"""The graphs that more than one dashboard has, each of the series that the dashboard looks at."""

from __future__ import annotations

from collections.abc import Sequence

from tools.dashboards import metrics
from tools.dashboards.grafana import Json, Steps, colors_of, target, timeseries
from tools.dashboards.links import TO_ROUTE
from tools.dashboards.promql import KIND, METHOD, ROUTE, ROUTES, Scope, top

NAMED = "{{http_request_method}} {{http_route}}"


def per_request(
    title: str,
    description: str,
    unit: str,
    histogram: str,
    *,
    scope: Scope,
    quantiles: Sequence[float],
    steps: Steps,
) -> Json:
    """Graph the *quantiles* of *histogram* and its mean; the first shows the traces as dots."""
    first, *others = quantiles
    return timeseries(
        title,
        description,
        unit,
        [
            target(scope.quantile(first, histogram), _named(first), exemplars=True),
            *(target(scope.quantile(quantile, histogram), _named(quantile)) for quantile in others),
            target(scope.mean(histogram), "mean"),
        ],
        steps=steps,
    )


def _named(quantile: float) -> str:
    return f"p{quantile * 100:.0f}"


def slowest_routes(title: str, description: str, unit: str, histogram: str) -> Json:
    """Graph the ten routes with the highest p95 of *histogram*."""
    worst = top(10, ROUTES.quantile(0.95, histogram, METHOD, ROUTE))
    return timeseries(title, description, unit, [target(worst, NAMED)], links=TO_ROUTE)


def database_time_by_route(description: str) -> Json:
    """Graph which routes keep the database driver busy."""
    busiest = top(10, ROUTES.rate(f"{metrics.DB_TIME}_sum", METHOD, ROUTE))
    return timeseries(
        "Database time by route",
        description,
        "s",
        [target(busiest, NAMED)],
        stacked=True,
        links=TO_ROUTE,
    )


def findings_by_kind(scope: Scope) -> Json:
    """Graph the findings, those of one kind on top of those of another."""
    return timeseries(
        "Findings by kind",
        "Findings per minute. One request can have several.",
        "cpm",
        [target(f"60 * {scope.rate(metrics.FINDINGS, KIND)}", "{{querywatch_finding_type}}")],
        stacked=True,
    )


def time_to_save(scope: Scope) -> Json:
    """Graph all database time, and the part of it that fixes would save."""
    return timeseries(
        "Database time a fix would save",
        "Of all seconds spent in the database driver per second, those that fixes would save.",
        "s",
        [
            target(scope.rate(f"{metrics.DB_TIME}_sum"), "all"),
            target(scope.rate(metrics.REDUNDANT_TIME), "redundant"),
        ],
        overrides=colors_of(all="blue", redundant="orange"),
    )
