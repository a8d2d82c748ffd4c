"""A whole dashboard: panels in rows of 24 columns, variables, annotations, links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tools.dashboards.grafana import Json
from tools.dashboards.variables import marks

COLUMNS = 24
TAG = "querywatch"
# Grafana writes 41 and 42 today and migrates older numbers on load.
SCHEMA_VERSION = 41


@dataclass(frozen=True)
class Row:
    """A titled row: its panels share its width evenly and all have *height*."""

    title: str
    panels: Sequence[Json]
    height: int = 10
    per_line: int = 3


def dashboard(
    uid: str,
    title: str,
    description: str,
    variables: Sequence[Json],
    rows: Iterable[Row],
) -> Json:
    """Put a dashboard together."""
    return {
        "annotations": {"list": marks()},
        "description": description,
        "editable": False,
        "fiscalYearStartMonth": 0,
        "graphTooltip": 1,
        "links": [_other_dashboards()],
        "panels": list(_placed(rows)),
        "preload": False,
        "refresh": "1m",
        "schemaVersion": SCHEMA_VERSION,
        "tags": [TAG],
        "templating": {"list": list(variables)},
        "time": {"from": "now-6h", "to": "now"},
        "timepicker": {},
        "timezone": "browser",
        "title": title,
        "uid": uid,
        "version": 1,
        "weekStart": "",
    }


def _other_dashboards() -> Json:
    return {
        "asDropdown": False,
        "icon": "external link",
        "includeVars": True,
        "keepTime": True,
        "tags": [TAG],
        "targetBlank": False,
        "title": "",
        "tooltip": "",
        "type": "dashboards",
        "url": "",
    }


def _placed(rows: Iterable[Row]) -> Iterator[Json]:
    number, y = 1, 0
    for row in rows:
        yield {**_title(row.title), "gridPos": _place(COLUMNS, 1, 0, y), "id": number}
        number, y = number + 1, y + 1
        for start in range(0, len(row.panels), row.per_line):
            line = row.panels[start : start + row.per_line]
            width = COLUMNS // len(line)
            for column, panel in enumerate(line):
                place = _place(width, row.height, column * width, y)
                yield {**panel, "gridPos": place, "id": number}
                number += 1
            y += row.height


def _title(title: str) -> Json:
    return {"collapsed": False, "panels": [], "title": title, "type": "row"}


def _place(width: int, height: int, x: int, y: int) -> Json:
    return {"h": height, "w": width, "x": x, "y": y}
