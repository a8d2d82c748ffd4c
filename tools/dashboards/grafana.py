"""Grafana's classic dashboard JSON: targets and panels, as plain values.

The keys are Grafana's own; what they mean is in `@grafana/schema`, against whose types the
generated files are checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Steps: TypeAlias = Sequence[tuple[float, str]]

DATASOURCE: Json = {"type": "prometheus", "uid": "${datasource}"}
RED, ORANGE, YELLOW, GREEN, BLUE, GREY = "red", "orange", "yellow", "green", "blue", "text"


def target(
    expression: str,
    legend: str = "",
    *,
    exemplars: bool = False,
    instant: bool = False,
    form: str = "time_series",
) -> Json:
    """Ask for *expression*; *exemplars* puts the traces of single requests on the graph."""
    return {
        "datasource": DATASOURCE,
        "editorMode": "code",
        "exemplar": exemplars,
        "expr": expression,
        "format": form,
        "instant": instant,
        "legendFormat": legend or "__auto",
        "range": not instant,
    }


def thresholds(steps: Steps, base: str = GREEN) -> Json:
    """Colour values from each step's bound upwards."""
    first: Json = {"color": base, "value": None}
    return {
        "mode": "absolute",
        "steps": [first, *({"color": color, "value": value} for value, color in steps)],
    }


def panel(
    kind: str,
    title: str,
    description: str,
    unit: str,
    targets: Sequence[Json],
    *,
    options: Json,
    custom: Json | None = None,
    steps: Steps = (),
    base: str = GREEN,
    color: str = "palette-classic",
    decimals: int | None = None,
    links: Sequence[Json] = (),
    overrides: Sequence[Json] = (),
    no_value: str = "no data",
) -> Json:
    """Make a panel; the layout gives it a place and a number."""
    defaults: Json = {
        "color": {"mode": color},
        "custom": custom or {},
        "links": list(links),
        "mappings": [],
        "min": 0,
        "noValue": no_value,
        "thresholds": thresholds(steps, base),
        "unit": unit,
    }
    if decimals is not None:
        defaults["decimals"] = decimals
    named = [{**one, "refId": chr(ord("A") + number)} for number, one in enumerate(targets)]
    return {
        "datasource": DATASOURCE,
        "description": description,
        "fieldConfig": {"defaults": defaults, "overrides": list(overrides)},
        "options": options,
        "targets": named,
        "title": title,
        "type": kind,
    }


def stat(
    title: str,
    description: str,
    unit: str,
    expression: str,
    *,
    steps: Steps = (),
    base: str = GREEN,
    instant: bool = False,
    decimals: int | None = None,
    no_value: str = "none",
) -> Json:
    """Make a number: the last one with its curve, or one for the whole time (*instant*)."""
    return panel(
        "stat",
        title,
        description,
        unit,
        [target(expression, title, instant=instant)],
        options={
            "colorMode": "value",
            "graphMode": "none" if instant else "area",
            "justifyMode": "auto",
            "orientation": "auto",
            "percentChangeColorMode": "standard",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "showPercentChange": False,
            "textMode": "value",
            "wideLayout": True,
        },
        steps=steps,
        base=base,
        color="thresholds",
        decimals=decimals,
        no_value=no_value,
    )


def timeseries(
    title: str,
    description: str,
    unit: str,
    targets: Sequence[Json],
    *,
    steps: Steps = (),
    stacked: bool = False,
    links: Sequence[Json] = (),
    overrides: Sequence[Json] = (),
    table: bool = True,
) -> Json:
    """Make a graph; with *table* the legend shows the mean and the largest value as well."""
    return panel(
        "timeseries",
        title,
        description,
        unit,
        targets,
        options={
            "legend": {
                "calcs": ["mean", "max"] if table else [],
                "displayMode": "table" if table else "list",
                "placement": "bottom",
                "showLegend": True,
                "sortBy": "Mean",
                "sortDesc": True,
            },
            "tooltip": {"hideZeros": False, "mode": "multi", "sort": "desc"},
        },
        custom={
            "drawStyle": "line",
            "fillOpacity": 40 if stacked else 10,
            "lineInterpolation": "linear",
            "lineWidth": 1,
            "showPoints": "never",
            "spanNulls": False,
            "stacking": {"group": "A", "mode": "normal" if stacked else "none"},
            "thresholdsStyle": {"mode": "dashed" if steps else "off"},
        },
        steps=steps,
        links=links,
        overrides=overrides,
    )


def bars(title: str, description: str, unit: str, shown: Json, *, steps: Steps = ()) -> Json:
    """Make horizontal bars, one for each series of *shown*."""
    return panel(
        "bargauge",
        title,
        description,
        unit,
        [shown],
        options={
            "displayMode": "gradient",
            "legend": {
                "calcs": [],
                "displayMode": "hidden",
                "placement": "bottom",
                "showLegend": False,
            },
            "maxVizHeight": 300,
            "minVizHeight": 8,
            "minVizWidth": 8,
            "namePlacement": "left",
            "orientation": "horizontal",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "showUnfilled": True,
            "sizing": "auto",
            "valueMode": "color",
        },
        steps=steps,
        base=BLUE,
        color="thresholds",
        decimals=0,
    )


def color_of(series: str, color: str) -> Json:
    """Give the series named *series* a fixed colour."""
    return {
        "matcher": {"id": "byName", "options": series},
        "properties": [{"id": "color", "value": {"fixedColor": color, "mode": "fixed"}}],
    }


def colors_of(**colors: str) -> list[Json]:
    """Give each series named by a keyword a fixed colour."""
    return [color_of(series, color) for series, color in colors.items()]
