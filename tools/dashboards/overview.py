"""The overview: requests, queries, findings and what fixes would save, by route."""

from __future__ import annotations

from tools.dashboards import metrics, variables
from tools.dashboards.grafana import ORANGE, RED, Json, stat, target, timeseries
from tools.dashboards.layout import Row, dashboard
from tools.dashboards.links import TO_ROUTE, TO_ROUTE_FROM_ROW
from tools.dashboards.panels import (
    NAMED,
    database_time_by_route,
    findings_by_kind,
    per_request,
    slowest_routes,
    time_to_save,
)
from tools.dashboards.promql import KIND, METHOD, PROCESS, ROUTE, ROUTES, ratio, top
from tools.dashboards.tables import Column, Key, table

UID = "querywatch-overview"
MANY_QUERIES = ((20, ORANGE), (50, RED))
SLOW = ((0.1, ORANGE), (0.5, RED))
"""Seconds of database time per request."""
LOOPING = ((0.05, ORANGE), (0.5, RED))
"""N+1 findings per request; the first is where QuerywatchNPlusOne begins."""
ANY = ((1, ORANGE),)


def overview() -> Json:
    """Build the dashboard."""
    return dashboard(
        UID,
        "querywatch / Overview",
        "Which routes loop over the database, and what a fix would save.",
        [variables.datasource(), variables.job(), variables.instance(), variables.routes()],
        [
            Row("At a glance", _numbers(), height=4, per_line=6),
            Row("Worst routes", [_worst_routes()]),
            Row("Requests and queries", _traffic()),
            Row("Findings and what fixes would save", _findings()),
            Row("querywatch itself", _itself(), height=8, per_line=2),
        ],
    )


def _numbers() -> list[Json]:
    loops = ROUTES.narrowed(f'{KIND}="n_plus_one"')
    return [
        stat(
            "Requests",
            "Requests and other recordings per second.",
            "reqps",
            ROUTES.rate(metrics.REQUESTS),
        ),
        stat(
            "Queries per request, p95",
            "95 of 100 requests ran at most this many queries: an estimate between the bounds of"
            " the buckets (1, 2, 5, 10, 20, 50, 100, 200, 500).",
            "short",
            ROUTES.quantile(0.95, metrics.QUERIES),
            steps=MANY_QUERIES,
            decimals=0,
        ),
        stat(
            "Database time, p95",
            "95 of 100 requests spent at most this long in the database driver.",
            "s",
            ROUTES.quantile(0.95, metrics.DB_TIME),
            steps=SLOW,
        ),
        stat(
            "N+1 findings per request",
            "How often a request looped over lazy loads; above 100 % where one request has"
            " several loops.",
            "percentunit",
            ratio(loops.rate(metrics.FINDINGS), ROUTES.rate(metrics.REQUESTS)),
            steps=LOOPING,
            decimals=0,
        ),
        stat(
            "Queries a fix would save",
            "Redundant queries in the time shown: those the fixes of the findings would save.",
            "short",
            ROUTES.increase(metrics.REDUNDANT_QUERIES),
            steps=ANY,
            instant=True,
        ),
        stat(
            "Time a fix would save",
            "Time the redundant queries took in the database driver, in the time shown.",
            "s",
            ROUTES.increase(metrics.REDUNDANT_TIME),
            steps=ANY,
            instant=True,
        ),
    ]


def _worst_routes() -> Json:
    by_route = ROUTES.increase
    return table(
        "Worst routes",
        "Routes by the database time that fixing their findings would save, in the time shown."
        " A click on a route opens its own dashboard.",
        Key(ROUTE, "Route", TO_ROUTE_FROM_ROW, width=260),
        [
            Column("Requests", by_route(metrics.REQUESTS, ROUTE), "locale", 0),
            Column(
                "Queries per request",
                ratio(by_route(f"{metrics.QUERIES}_sum", ROUTE), by_route(metrics.REQUESTS, ROUTE)),
                "short",
                1,
                MANY_QUERIES,
            ),
            Column(
                "Queries, p95",
                ROUTES.quantile_in_range(0.95, metrics.QUERIES, ROUTE),
                "short",
                0,
                MANY_QUERIES,
            ),
            Column("Findings", by_route(metrics.FINDINGS, ROUTE), "locale", 0, ANY),
            Column("Redundant queries", by_route(metrics.REDUNDANT_QUERIES, ROUTE), "locale", 0),
            Column("Database time", by_route(f"{metrics.DB_TIME}_sum", ROUTE), "s", 1),
            Column("Time saved", by_route(metrics.REDUNDANT_TIME, ROUTE), "s", 1, gauge=True),
        ],
        sort_by="Time saved",
    )


def _traffic() -> list[Json]:
    return [
        timeseries(
            "Requests by route",
            "The ten busiest routes, in requests per second.",
            "reqps",
            [target(top(10, ROUTES.rate(metrics.REQUESTS, METHOD, ROUTE)), NAMED)],
            links=TO_ROUTE,
        ),
        per_request(
            "Queries per request",
            "Quantiles over all chosen routes; each dot is the trace of one request.",
            "short",
            metrics.QUERIES,
            scope=ROUTES,
            quantiles=(0.95, 0.5),
            steps=MANY_QUERIES,
        ),
        slowest_routes(
            "Queries per request by route, p95",
            "The ten routes whose requests run the most queries.",
            "short",
            metrics.QUERIES,
        ),
        database_time_by_route(
            "Seconds spent in the database driver per second: 1 keeps one connection busy."
        ),
        per_request(
            "Database time per request",
            "Quantiles over all chosen routes; each dot is the trace of one request.",
            "s",
            metrics.DB_TIME,
            scope=ROUTES,
            quantiles=(0.95, 0.5),
            steps=SLOW,
        ),
        slowest_routes(
            "Database time per request by route, p95",
            "The ten routes whose requests wait longest for the database.",
            "s",
            metrics.DB_TIME,
        ),
    ]


def _findings() -> list[Json]:
    return [
        findings_by_kind(ROUTES),
        timeseries(
            "Redundant queries by route",
            "Queries per second that the fixes of the findings would save, the ten worst routes.",
            "cps",
            [target(top(10, ROUTES.rate(metrics.REDUNDANT_QUERIES, METHOD, ROUTE)), NAMED)],
            stacked=True,
            links=TO_ROUTE,
        ),
        time_to_save(ROUTES),
    ]


def _itself() -> list[Json]:
    return [
        timeseries(
            "Own cost per request",
            "Time querywatch takes per request to resolve, judge and count it. The routes are"
            " those of the whole process, whichever are chosen above.",
            "s",
            [
                target(
                    ratio(PROCESS.rate(metrics.OVERHEAD), PROCESS.rate(metrics.REQUESTS)),
                    "per request",
                )
            ],
        ),
        timeseries(
            "Values beyond the limit of a label",
            "Measurements per minute counted under <other>, because there are more routes or"
            " fingerprints than the limit. Nothing here is as it should be.",
            "cpm",
            [
                target(
                    f"60 * {PROCESS.rate(metrics.OVERFLOW, 'querywatch_label_name')}",
                    "{{querywatch_label_name}}",
                )
            ],
            steps=((1, ORANGE),),
        ),
    ]
