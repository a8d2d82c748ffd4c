"""What every dashboard can be narrowed to, and what it marks on its graphs."""

from __future__ import annotations

from tools.dashboards.grafana import DATASOURCE, Json
from tools.dashboards.promql import POOL, PROCESS, ROUTE

# Both exporters have this metric; `querywatch_build_info` only Prometheus' own.
EVERYWHERE = "querywatch_request_queries_count"
ON_TIME_RANGE_CHANGE = 2
ALPHABETICAL = 1


def datasource() -> Json:
    """Choose among the Prometheus data sources."""
    return {
        "hide": 0,
        "includeAll": False,
        "label": "Data source",
        "multi": False,
        "name": "datasource",
        "options": [],
        "query": "prometheus",
        "refresh": 1,
        "regex": "",
        "skipUrlSync": False,
        "type": "datasource",
    }


def job() -> Json:
    """Choose among the scraped jobs."""
    return _labels("job", "Job", EVERYWHERE, "job")


def instance() -> Json:
    """Choose among the processes of the chosen jobs."""
    return _labels("instance", "Instance", f'{EVERYWHERE}{{job=~"$job"}}', "instance")


def routes() -> Json:
    """Choose any number of routes."""
    return _labels("route", "Route", PROCESS.series(EVERYWHERE), ROUTE)


def one_route() -> Json:
    """Choose the one route a dashboard is about."""
    several = routes()
    # Without one that is current, Grafana begins with the first.
    del several["allValue"], several["current"]
    return {**several, "includeAll": False, "multi": False}


def pools() -> Json:
    """Choose among the connection pools."""
    return _labels("pool", "Pool", PROCESS.series("querywatch_pool_connections"), POOL)


def _labels(name: str, title: str, series: str, label: str) -> Json:
    query = f"label_values({series}, {label})"
    return {
        "allValue": ".+",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "datasource": DATASOURCE,
        "hide": 0,
        "includeAll": True,
        "label": title,
        "multi": True,
        "name": name,
        "options": [],
        "query": query,
        "refresh": ON_TIME_RANGE_CHANGE,
        "regex": "",
        "skipUrlSync": False,
        "sort": ALPHABETICAL,
        "type": "query",
    }


def marks() -> list[Json]:
    """Mark deploys, and the times at which an alert was firing."""
    return [
        {
            "builtIn": 1,
            "datasource": {"type": "grafana", "uid": "-- Grafana --"},
            "enable": True,
            "hide": True,
            "iconColor": "rgba(0, 211, 255, 1)",
            "name": "Annotations & Alerts",
            "type": "dashboard",
        },
        _annotation("Deploys", "blue", DEPLOYS, "{{job}} {{instance}} started"),
        _annotation("Alerts", "red", FIRING, "{{alertname}} {{http_route}}"),
    ]


# A counter that starts again from nothing, or one that was not there before, is a process that
# was started. Both exporters have it, and it has no labels of its own.
_OVERHEAD = PROCESS.series("querywatch_overhead_seconds_total")
DEPLOYS = (
    f"sum by (job, instance) (resets({_OVERHEAD}[5m])) > 0"
    f" or sum by (job, instance) ({_OVERHEAD} unless {_OVERHEAD} offset 5m) >= 0"
)
FIRING = 'ALERTS{alertname=~"Querywatch.+", alertstate="firing", job=~"$job"}'


def _annotation(name: str, color: str, expression: str, title: str) -> Json:
    return {
        "datasource": DATASOURCE,
        "enable": True,
        "expr": expression,
        "hide": False,
        "iconColor": color,
        "name": name,
        "step": "60s",
        "titleFormat": title,
        "useValueForTime": False,
    }
