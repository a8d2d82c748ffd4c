"""Ask a Prometheus what the panels of a dashboard would ask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from tools.dashboards.exposition import SCRAPE_INTERVAL
from tools.dashboards.grafana import Json
from tools.dashboards.sample import END, HOUR, JOB

SHOWN = 6 * HOUR
"""Seconds a dashboard shows unless told otherwise, up to the end of the sample."""
STEP = 60
ROUTE = "/orders"

CHOSEN = {
    "__rate_interval": f"{4 * SCRAPE_INTERVAL}s",
    "__range": f"{SHOWN}s",
    "job": JOB,
    "instance": ".+",
    "pool": ".+",
}
"""What Grafana puts in place of its variables; the route is up to the dashboard."""


class Api(Protocol):
    """The HTTP API of a Prometheus."""

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the data of an answer."""


def chosen(dashboard: Json) -> dict[str, str]:
    """Choose a value for each variable: all, or `ROUTE` where only one can be chosen."""
    route = next(one for one in dashboard["templating"]["list"] if one["name"] == "route")
    return {**CHOSEN, "route": ".+" if route["multi"] else ROUTE}


def interpolated(expression: str, values: Mapping[str, str]) -> str:
    """Put *values* in place of the variables of *expression*."""
    return re.sub(r"\$(\w+)", lambda found: values[found[1]], expression)


def panels(dashboard: Json) -> Iterator[Json]:
    """Yield the panels that show data."""
    return (panel for panel in dashboard["panels"] if panel["type"] != "row")


def answer(prometheus: Api, target: Json, values: Mapping[str, str]) -> list[Json]:
    """Return the series that *target* asks for, as the HTTP API gives them."""
    expression = interpolated(target["expr"], values)
    if target["instant"]:
        found = prometheus.get("query", query=expression, time=END)
    else:
        found = prometheus.get(
            "query_range", query=expression, start=END - SHOWN, end=END, step=STEP
        )
    series: list[Json] = found["result"]
    return series


def choices(prometheus: Api, variable: Json, values: Mapping[str, str]) -> list[str]:
    """Return the values a *variable* that asks for `label_values(...)` offers."""
    found = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"])
    if found is None:
        raise ValueError(f"{variable['name']} asks for no values of a label: {variable['query']}")
    parameters = {"match[]": interpolated(found[1], values), "start": END - SHOWN, "end": END}
    offered: list[str] = prometheus.get(f"label/{found[2]}/values", **parameters)
    return offered
