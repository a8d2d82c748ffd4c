"""The pools: how full they are, who waits, what fails; and who keeps the connections busy."""

from __future__ import annotations

from tools.dashboards import metrics, variables
from tools.dashboards.grafana import ORANGE, RED, Json, stat, target, timeseries
from tools.dashboards.layout import Row, dashboard
from tools.dashboards.overview import ANY
from tools.dashboards.panels import database_time_by_route
from tools.dashboards.promql import (
    ERROR,
    OPERATION,
    POOL,
    POOLS,
    PROCESS,
    STATE,
    Scope,
)

UID = "querywatch-pool"
FULL = ((0.7, ORANGE), (0.9, RED))
"""Share of a pool in use; the last is where QuerywatchPoolSaturated begins."""
WAITING = ((0.1, ORANGE), (0.5, RED))
"""Seconds; the last is where QuerywatchPoolWaitHigh begins."""
USED = POOLS.narrowed(f'{STATE}="used"')
IDLE = POOLS.narrowed(f'{STATE}="idle"')
FAILED = PROCESS.narrowed(f'{ERROR}!=""')
NAME = "{{db_client_connection_pool_name}}"
OF_POOL = f"{{{{instance}}}} {NAME}"
EACH = ("instance", POOL)


def pool() -> Json:
    """Build the dashboard."""
    return dashboard(
        UID,
        "querywatch / Pool",
        "Whether the connection pools hold: utilisation, saturation, errors.",
        [
            variables.datasource(),
            variables.job(),
            variables.instance(),
            variables.routes(),
            variables.pools(),
        ],
        [
            Row("At a glance", _numbers(), height=4, per_line=6),
            Row("Utilisation", _utilisation()),
            Row("Saturation and errors", _saturation()),
            Row("What keeps the connections busy", _work()),
        ],
    )


def _numbers() -> list[Json]:
    return [
        stat(
            "Fullest pool",
            "Connections in use as a share of the most there may be, of the fullest pool of one"
            " process. Pools without a limit are left out.",
            "percentunit",
            f"max({_utilisation_of(POOLS)})",
            steps=FULL,
            decimals=0,
            no_value="no limit",
        ),
        stat(
            "Connections in use", "Over all chosen pools.", "short", USED.sum(metrics.CONNECTIONS)
        ),
        stat(
            "Waiting for a connection",
            "Callers waiting at this moment.",
            "short",
            POOLS.sum(metrics.PENDING),
            steps=ANY,
        ),
        stat(
            "Wait, p95",
            "95 of 100 callers waited at most this long for a connection.",
            "s",
            POOLS.quantile(0.95, metrics.WAIT),
            steps=WAITING,
        ),
        stat(
            "Time-outs",
            "Callers that got no connection in the time shown. Their requests failed.",
            "short",
            POOLS.increase(metrics.TIMEOUTS),
            steps=((1, RED),),
            instant=True,
            decimals=0,
        ),
        stat(
            "Failed statements",
            "Statements that ended with an error in the time shown, over all pools.",
            "short",
            FAILED.increase(f"{metrics.STATEMENT_TIME}_count"),
            steps=ANY,
            instant=True,
            decimals=0,
        ),
    ]


def _utilisation_of(scope: Scope) -> str:
    used = scope.narrowed(f'{STATE}="used"').sum(metrics.CONNECTIONS, "job", *EACH)
    return f"{used} / {scope.sum(metrics.MAX_CONNECTIONS, 'job', *EACH)}"


def _utilisation() -> list[Json]:
    return [
        timeseries(
            "Connections",
            "Connections of all chosen pools, and the most there may be. Both exporters see them"
            " at the moment of a scrape.",
            "short",
            [
                target(USED.sum(metrics.CONNECTIONS, POOL), f"{NAME} used"),
                target(IDLE.sum(metrics.CONNECTIONS, POOL), f"{NAME} idle"),
                target(POOLS.sum(metrics.MAX_CONNECTIONS, POOL), f"{NAME} max"),
            ],
        ),
        timeseries(
            "In use, of the most there may be",
            "By process: each has pools of its own. Where several workers share one exposition,"
            " this is the mean over them, and one of them may be full before it shows.",
            "percentunit",
            [target(_utilisation_of(POOLS), OF_POOL)],
            steps=FULL,
        ),
        timeseries(
            "Time a connection is held, p95",
            "From taking a connection to giving it back: long transactions and leaks show here.",
            "s",
            [target(POOLS.quantile(0.95, metrics.HOLD, POOL), NAME)],
        ),
    ]


def _saturation() -> list[Json]:
    return [
        timeseries(
            "Waiting for a connection",
            "Callers waiting at the moment of a scrape.",
            "short",
            [target(POOLS.sum(metrics.PENDING, *EACH), OF_POOL)],
        ),
        timeseries(
            "Wait for a connection",
            "From asking for a connection to having it.",
            "s",
            [
                target(POOLS.quantile(0.95, metrics.WAIT, POOL), f"{NAME} p95"),
                target(POOLS.quantile(0.5, metrics.WAIT, POOL), f"{NAME} p50"),
            ],
            steps=WAITING,
        ),
        timeseries(
            "Time-outs",
            "Callers per minute that got no connection. Each is a failed request.",
            "cpm",
            [target(f"60 * {POOLS.rate(metrics.TIMEOUTS, *EACH)}", OF_POOL)],
        ),
    ]


def _work() -> list[Json]:
    statements = f"{metrics.STATEMENT_TIME}_count"
    return [
        database_time_by_route(
            "Seconds in the database driver per second: about the connections a route keeps busy."
        ),
        timeseries(
            "Statement duration, p95",
            "By operation, over all routes and pools.",
            "s",
            [
                target(
                    PROCESS.quantile(0.95, metrics.STATEMENT_TIME, OPERATION),
                    "{{db_operation_name}}",
                )
            ],
        ),
        timeseries(
            "Failed statements",
            "Errors per minute, by type, over all routes and pools.",
            "cpm",
            [target(f"60 * {FAILED.rate(statements, ERROR)}", "{{error_type}}")],
            stacked=True,
        ),
    ]
