"""Tables: several instant queries joined on a label, a column for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tools.dashboards.grafana import Json, Steps, panel, target, thresholds


@dataclass(frozen=True)
class Column:
    """A column: what is asked for it, and how its values are shown.

    *steps* colour its cells; *gauge* draws them as bars instead.
    """

    title: str
    expression: str
    unit: str
    decimals: int | None = None
    steps: Steps = ()
    gauge: bool = False
    width: int | None = None


@dataclass(frozen=True)
class Key:
    """The label that rows are joined on, and where a click on it leads."""

    label: str
    title: str
    links: Sequence[Json] = field(default_factory=tuple)
    width: int | None = None


def table(
    title: str,
    description: str,
    key: Key,
    columns: Sequence[Column],
    *,
    sort_by: str,
    rows: int = 20,
    no_value: str = "no data",
) -> Json:
    """Make a table of at most *rows* rows, the largest in *sort_by* first."""
    made = panel(
        "table",
        title,
        description,
        "short",
        [target(column.expression, instant=True, form="table") for column in columns],
        options={
            "cellHeight": "sm",
            "enablePagination": False,
            "frameIndex": 0,
            "showHeader": True,
            "sortBy": [{"desc": True, "displayName": sort_by}],
        },
        custom={
            "align": "auto",
            "cellOptions": {"type": "auto"},
            "filterable": False,
            "footer": {"reducers": []},
            "inspect": False,
        },
        color="thresholds",
        overrides=[_key_override(key), *map(_column_override, columns)],
        no_value=no_value,
    )
    return {**made, "transformations": _transformations(key, columns, sort_by, rows)}


def _transformations(key: Key, columns: Sequence[Column], sort_by: str, rows: int) -> list[Json]:
    # One query names its value "Value", several name theirs "Value #A", "Value #B", ...
    values = ["Value"]
    if len(columns) > 1:
        values = [f"Value #{chr(ord('A') + number)}" for number in range(len(columns))]
    names = dict(zip(values, (column.title for column in columns), strict=True))
    order = [key.label, *values]
    hidden = {f"Time {number}": True for number in range(1, len(columns) + 1)}
    organised: Json = {
        "excludeByName": {"Time": True, **hidden},
        "includeByName": {},
        "indexByName": {name: number for number, name in enumerate(order)},
        "renameByName": {key.label: key.title, **names},
    }
    sorting = {"fields": {}, "sort": [{"desc": True, "field": sort_by}]}
    return [
        {"id": "joinByField", "options": {"byField": key.label, "mode": "outer"}},
        {"id": "organize", "options": organised},
        {"id": "sortBy", "options": sorting},
        {"id": "limit", "options": {"limitField": str(rows)}},
    ]


def _key_override(key: Key) -> Json:
    properties: list[Json] = [{"id": "links", "value": list(key.links)}]
    return _override(key.title, key.width, properties)


def _column_override(column: Column) -> Json:
    properties: list[Json] = [{"id": "unit", "value": column.unit}]
    if column.decimals is not None:
        properties.append({"id": "decimals", "value": column.decimals})
    if column.steps:
        properties.append({"id": "thresholds", "value": thresholds(column.steps)})
        properties.append({"id": "custom.cellOptions", "value": {"type": "color-text"}})
    if column.gauge:
        cell = {"mode": "basic", "type": "gauge", "valueDisplayMode": "text"}
        properties.append({"id": "custom.cellOptions", "value": cell})
        # Otherwise the bars are as long as the largest value of any column allows.
        properties.append({"id": "fieldMinMax", "value": True})
    return _override(column.title, column.width, properties)


def _override(title: str, width: int | None, properties: list[Json]) -> Json:
    if width is not None:
        properties = [*properties, {"id": "custom.width", "value": width}]
    return {"matcher": {"id": "byName", "options": title}, "properties": properties}
