"""Where a click leads: to the dashboard of one route, with everything else as it was chosen."""

from __future__ import annotations

from tools.dashboards.grafana import Json

_KEPT = "${datasource:queryparam}&${job:queryparam}&${instance:queryparam}&${__url_time_range}"


def _to_route(route: str) -> list[Json]:
    url = f"/d/querywatch-route?var-route=${{{route}:percentencode}}&{_KEPT}"
    return [{"targetBlank": False, "title": "Open the route", "url": url}]


TO_ROUTE = _to_route("__field.labels.http_route")
"""From a series of a graph."""
TO_ROUTE_FROM_ROW = _to_route("__data.fields.Route")
"""From a row of a table with a column "Route"."""
