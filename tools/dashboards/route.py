"""One route: how many queries its requests run, how long they take, what is wrong with them."""

from __future__ import annotations

from tools.dashboards import metrics, variables
from tools.dashboards.grafana import Json, bars, colors_of, stat, target, timeseries
from tools.dashboards.layout import Row, dashboard
from tools.dashboards.overview import ANY, LOOPING, MANY_QUERIES, SLOW
from tools.dashboards.panels import findings_by_kind, per_request, time_to_save
from tools.dashboards.promql import KIND, METHOD, RATE, ratio, total
from tools.dashboards.promql import ONE_ROUTE as HERE
from tools.dashboards.tables import Column, Key, table

UID = "querywatch-route"


def route() -> Json:
    """Build the dashboard."""
    return dashboard(
        UID,
        "querywatch / Route",
        "One route: the queries of its requests, and what a fix would save.",
        [variables.datasource(), variables.job(), variables.instance(), variables.one_route()],
        [
            Row("$route", _numbers(), height=4, per_line=6),
            Row("Queries", _queries()),
            Row("Database time", _time()),
            Row("Findings", _findings()),
        ],
    )


def _numbers() -> list[Json]:
    loops = HERE.narrowed(f'{KIND}="n_plus_one"')
    return [
        stat("Requests", "Requests per second.", "reqps", HERE.rate(metrics.REQUESTS)),
        stat(
            "Queries per request",
            "The mean number of queries: exact, where a quantile is an estimate.",
            "short",
            HERE.mean(metrics.QUERIES),
            steps=MANY_QUERIES,
            decimals=1,
        ),
        stat(
            "Database time, p95",
            "95 of 100 requests spent at most this long in the database driver.",
            "s",
            HERE.quantile(0.95, metrics.DB_TIME),
            steps=SLOW,
        ),
        stat(
            "N+1 findings per request",
            "How often a request looped over lazy loads.",
            "percentunit",
            ratio(loops.rate(metrics.FINDINGS), HERE.rate(metrics.REQUESTS)),
            steps=LOOPING,
            decimals=0,
        ),
        stat(
            "Redundant per request",
            "Queries of an average request, in the time shown, that a fix would save.",
            "short",
            ratio(HERE.increase(metrics.REDUNDANT_QUERIES), HERE.increase(metrics.REQUESTS)),
            steps=ANY,
            instant=True,
            decimals=1,
        ),
        stat(
            "Time a fix would save",
            "Share of the database time of this route, in the time shown, that the redundant"
            " queries took.",
            "percentunit",
            ratio(HERE.increase(metrics.REDUNDANT_TIME), HERE.increase(f"{metrics.DB_TIME}_sum")),
            steps=((0.1, "orange"), (0.5, "red")),
            instant=True,
            decimals=0,
        ),
    ]


def _queries() -> list[Json]:
    return [
        per_request(
            "Queries per request",
            "Each dot is the trace of one request.",
            "short",
            metrics.QUERIES,
            scope=HERE,
            quantiles=(0.99, 0.95, 0.5),
            steps=MANY_QUERIES,
        ),
        timeseries(
            "Queries per request, beside yesterday",
            "The mean at this time and one day before: a step up after a deploy is a regression.",
            "short",
            [
                target(HERE.mean(metrics.QUERIES), "today"),
                target(_yesterday(metrics.QUERIES), "yesterday"),
            ],
            overrides=colors_of(today="orange", yesterday="text"),
        ),
        bars(
            "Requests by number of queries",
            "How many requests, in the time shown, ran at most so many queries and more than the"
            " bar before says.",
            "locale",
            target(
                HERE.increase(f"{metrics.QUERIES}_bucket", "le"),
                "{{le}}",
                instant=True,
                form="heatmap",
            ),
        ),
        timeseries(
            "Requests by method",
            "Requests per second.",
            "reqps",
            [target(HERE.rate(metrics.REQUESTS, METHOD), "{{http_request_method}}")],
        ),
        timeseries(
            "Queries per request by method",
            "The mean.",
            "short",
            [target(HERE.mean(metrics.QUERIES, METHOD), "{{http_request_method}}")],
        ),
        timeseries(
            "Queries per request by instance",
            "The mean: a new version on one instance alone shows here.",
            "short",
            [target(HERE.mean(metrics.QUERIES, "instance"), "{{instance}}")],
        ),
    ]


def _yesterday(histogram: str) -> str:
    parts = (
        total(f"rate({HERE.series(f'{histogram}_{part}')}[{RATE}] offset 1d)")
        for part in ("sum", "count")
    )
    return ratio(*parts)


def _time() -> list[Json]:
    return [
        per_request(
            "Database time per request",
            "Each dot is the trace of one request.",
            "s",
            metrics.DB_TIME,
            scope=HERE,
            quantiles=(0.99, 0.95, 0.5),
            steps=SLOW,
        ),
        time_to_save(HERE),
    ]


def _findings() -> list[Json]:
    return [
        findings_by_kind(HERE),
        timeseries(
            "Queries per request, needed and redundant",
            "The mean, and the part of it that a fix would save.",
            "short",
            [
                target(HERE.mean(metrics.QUERIES), "all"),
                target(
                    ratio(HERE.rate(metrics.REDUNDANT_QUERIES), HERE.rate(metrics.REQUESTS)),
                    "redundant",
                ),
            ],
            overrides=colors_of(all="blue", redundant="orange"),
        ),
        table(
            "Statements objected to",
            "Statements of this route that findings object to, by fingerprint, in the time shown."
            " Empty unless the sink counts fingerprints, which it does when asked to.",
            Key("querywatch_query_fingerprint", "Fingerprint"),
            [
                Column(
                    "Queries",
                    HERE.increase(metrics.FINGERPRINTS, "querywatch_query_fingerprint"),
                    "locale",
                    0,
                    gauge=True,
                )
            ],
            sort_by="Queries",
            rows=10,
            no_value="fingerprints are not counted",
        ),
    ]
