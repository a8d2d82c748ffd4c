"""The alerts: what is worth somebody's attention, and what is not, at low traffic as well."""

from __future__ import annotations

from tools.dashboards import metrics
from tools.dashboards import recordings as recorded
from tools.dashboards.grafana import Json

# Where the pages are depends on who keeps them: the mixin prefixes both.
RUNBOOK = "docs/runbooks/{}.md"
ROUTE_DASHBOARD = (
    "/d/querywatch-route?var-job={{ $labels.job | urlquery }}"
    "&var-route={{ $labels.http_route | urlquery }}"
)
POOL_DASHBOARD = (
    "/d/querywatch-pool?var-job={{ $labels.job | urlquery }}"
    "&var-pool={{ $labels.db_client_connection_pool_name | urlquery }}"
)
OVERVIEW_DASHBOARD = "/d/querywatch-overview?var-job={{ $labels.job | urlquery }}"

ROUTE = "{{ $labels.http_request_method }} {{ $labels.http_route }} of {{ $labels.job }}"
NUMBER = "{{ $value | humanize }}"
PERCENT = "{{ $value | humanizePercentage }}"
DURATION = "{{ $value | humanizeDuration }}"
POOL = "Pool {{ $labels.db_client_connection_pool_name }} of {{ $labels.job }}"

# Of a hundred requests, one may run more than 50 queries. 14.4 and 6 times as many are the
# burn rates at which a budget of 30 days is used up in two days and in five.
OBJECTIVE = 0.01
FAST, SLOW = 14.4, 6


def alerts() -> list[Json]:
    """List the alerts, those about routes first."""
    return [
        _n_plus_one(),
        _regression(),
        _budget(FAST, ("1h", "5m"), "2m", f"{PERCENT} of them in one hour"),
        _budget(SLOW, ("6h", "30m"), "15m", f"{PERCENT} of them in 6 hours"),
        _saturated(),
        _waiting(),
        _timeouts(),
        _overflow(),
    ]


def _n_plus_one() -> Json:
    return _alert(
        "QuerywatchNPlusOne",
        # Three requests in five minutes: below that, one of them is no rate.
        f"{recorded.LOOPS_PER_REQUEST} > 0.05\nand\n{recorded.REQUESTS_5M} > 0.01",
        duration="10m",
        severity="warning",
        summary="A route loads a relationship in a loop.",
        description=f'{ROUTE} has {{{{ printf "%.2f" $value }}}} N+1 findings per request.',
        dashboard=ROUTE_DASHBOARD,
    )


def _regression() -> Json:
    # A p95 jumps from bucket to bucket: 20 queries estimate 19.5, and 21 estimate 48.5. The mean
    # is exact, so it must have grown as well. Both hours need some twenty requests.
    return _alert(
        "QuerywatchQueriesPerRequestRegression",
        f"{recorded.P95} > 1.5 * ({recorded.P95} offset 1d)\n"
        f"and {recorded.P95} - ({recorded.P95} offset 1d) > 5\n"
        f"and {recorded.MEAN} > 1.2 * ({recorded.MEAN} offset 1d)\n"
        f"and {recorded.REQUESTS_1H} > 0.005\n"
        f"and ({recorded.REQUESTS_1H} offset 1d) > 0.005",
        duration="15m",
        severity="warning",
        summary="A route runs many more queries per request than a day ago.",
        description=f"{ROUTE} runs {NUMBER} queries in 95 of 100 requests, more than one"
        " and a half times as many as a day ago.",
        dashboard=ROUTE_DASHBOARD,
    )


def _budget(burn: float, windows: tuple[str, str], duration: str, share: str) -> Json:
    long, short = (recorded.OVER_BUDGET.format(window) for window in windows)
    return _alert(
        "QuerywatchQueryBudgetBurn",
        f"{long} > {burn} * {OBJECTIVE}\nand {short} > {burn} * {OBJECTIVE}\n"
        f"and {recorded.REQUESTS_1H} > 0.005",
        duration=duration,
        severity="warning",
        summary="Too many requests of a route run more than 50 queries.",
        description=f"{ROUTE} answers too many requests with more than 50 queries: {share}.",
        dashboard=ROUTE_DASHBOARD,
        window=windows[0],
    )


def _saturated() -> Json:
    return _alert(
        "QuerywatchPoolSaturated",
        f"{recorded.POOL_USED} > 0.9",
        duration="5m",
        severity="warning",
        summary="Nearly every connection of a pool is in use.",
        description=f"{POOL} on {{{{ $labels.instance }}}} has {PERCENT} of its"
        " connections in use.",
        dashboard=POOL_DASHBOARD,
    )


def _waiting() -> Json:
    return _alert(
        "QuerywatchPoolWaitHigh",
        f"{recorded.WAIT_P95} > 0.5\nand\n{recorded.WAITS} > 0.01",
        duration="10m",
        severity="warning",
        summary="Requests wait long for a database connection.",
        description=f"{POOL} makes 5 of 100 callers wait longer than {DURATION}.",
        dashboard=POOL_DASHBOARD,
    )


def _timeouts() -> Json:
    return _alert(
        "QuerywatchPoolTimeouts",
        f"sum by ({recorded.BY_POOL}) (increase({metrics.TIMEOUTS}[5m])) > 0",
        duration="",
        severity="critical",
        summary="Requests fail because a pool has no connection for them.",
        description=f"{POOL} left callers without a connection: {NUMBER} in five minutes.",
        dashboard=POOL_DASHBOARD,
    )


def _overflow() -> Json:
    return _alert(
        "QuerywatchLabelOverflow",
        f"sum by ({recorded.PLACE}, querywatch_label_name) (increase({metrics.OVERFLOW}[1h])) > 0",
        duration="",
        severity="info",
        summary="A label has more values than querywatch keeps apart.",
        description="{{ $labels.job }} counts {{ $labels.querywatch_label_name }} under <other>:"
        " {{ $value | humanize }} measurements in one hour.",
        dashboard=OVERVIEW_DASHBOARD,
    )


def _alert(
    name: str,
    expression: str,
    *,
    duration: str,
    severity: str,
    summary: str,
    description: str,
    dashboard: str,
    **labels: str,
) -> Json:
    alert: Json = {"alert": name, "expr": expression}
    if duration:
        alert["for"] = duration
    alert["labels"] = {"severity": severity, **labels}
    alert["annotations"] = {
        "summary": summary,
        "description": description,
        "runbook_url": RUNBOOK.format(name),
        "dashboard_url": dashboard,
    }
    return alert
