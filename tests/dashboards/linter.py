"""The rules of Grafana's dashboard-linter for Prometheus dashboards, in our own words.

The names are the linter's (https://github.com/grafana/dashboard-linter/tree/main/docs/rules). Its
rules about Loki do not apply, and its `target-promql-rule` is held by a real Prometheus instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tools.dashboards.evaluate import panels
from tools.dashboards.grafana import Json

# https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts
UNITS = {
    *("none", "string", "short", "percent", "percentunit", "locale", "bytes", "decbytes"),
    *("hertz", "ns", "µs", "ms", "s", "m", "h", "d", "dtdurations", "bool"),
    *("cps", "ops", "reqps", "rps", "wps", "iops", "cpm", "opm", "rpm", "wpm"),
}
SELECTOR = re.compile(r"\b(querywatch_\w+)\{([^}]*)\}")
METRIC = re.compile(r"\bquerywatch_(?!(?:finding_type|query_fingerprint|label_name)\b)")
RANGE = re.compile(r"\b(\w+)\(\w+\{[^}]*\}\[([^\]]+)\]")


def template_datasource_rule(dashboard: Json) -> Iterator[str]:
    """Hold that a data source can be chosen, by the names the linter knows."""
    found = [one for one in _variables(dashboard) if one["type"] == "datasource"]
    if [(one["name"], one["label"], one["query"]) for one in found] != [
        ("datasource", "Data source", "prometheus")
    ]:
        yield "no variable `datasource` of type prometheus, labelled Data source"


def template_job_rule(dashboard: Json) -> Iterator[str]:
    """Hold that jobs can be chosen, several of them or all."""
    yield from _label_variable(dashboard, "job")


def template_instance_rule(dashboard: Json) -> Iterator[str]:
    """Hold that instances can be chosen, several of them or all."""
    yield from _label_variable(dashboard, "instance")


def _label_variable(dashboard: Json, name: str) -> Iterator[str]:
    wanted = {
        "type": "query",
        "label": name.title(),
        "multi": True,
        "allValue": ".+",
        "datasource": {"type": "prometheus", "uid": "${datasource}"},
    }
    found = next((one for one in _variables(dashboard) if one["name"] == name), {})
    for key, value in wanted.items():
        if found.get(key) != value:
            yield f"variable {name}: {key} is {found.get(key)!r}, not {value!r}"


def template_label_promql_rule(dashboard: Json) -> Iterator[str]:
    """Hold that a variable asks for the values of a label of some series."""
    for one in _variables(dashboard):
        asks = re.fullmatch(r"label_values\(\w+(\{[^}]*\})?, \w+\)", one["query"])
        if one["type"] == "query" and not asks:
            yield f"variable {one['name']}: {one['query']} is no label_values(series, label)"


def template_on_time_change_reload_rule(dashboard: Json) -> Iterator[str]:
    """Hold that choices follow the time range."""
    for one in _variables(dashboard):
        if one["type"] == "query" and one["refresh"] != 2:
            yield f"variable {one['name']} does not reload when the time range changes"


def panel_datasource_rule(dashboard: Json) -> Iterator[str]:
    """Hold that panels and targets use the chosen data source."""
    for panel in panels(dashboard):
        for holder in (panel, *panel["targets"]):
            if holder["datasource"] != {"type": "prometheus", "uid": "${datasource}"}:
                yield f"{panel['title']}: data source {holder['datasource']}"


def panel_title_description_rule(dashboard: Json) -> Iterator[str]:
    """Hold that a panel says what it shows."""
    for panel in panels(dashboard):
        for key in ("title", "description"):
            if not panel[key].strip():
                yield f"panel {panel['id']} has no {key}"


def panel_units_rule(dashboard: Json) -> Iterator[str]:
    """Hold that values have a unit Grafana knows, in each column of a table as well."""
    for panel in panels(dashboard):
        config = panel["fieldConfig"]
        overridden = [one for override in config["overrides"] for one in override["properties"]]
        units = [one["value"] for one in overridden if one["id"] == "unit"]
        for unit in (config["defaults"].get("unit"), *units):
            if unit not in UNITS:
                yield f"{panel['title']}: unit {unit!r}"


def panel_no_targets_rule(dashboard: Json) -> Iterator[str]:
    """Hold that a panel asks for something."""
    for panel in panels(dashboard):
        if not panel["targets"]:
            yield f"{panel['title']} has no targets"


def target_rate_interval_rule(dashboard: Json) -> Iterator[str]:
    """Hold that a rate is over $__rate_interval, and a total over all that is shown."""
    for title, expression in _expressions(dashboard):
        for function, window in RANGE.findall(expression):
            wanted = "$__range" if function == "increase" else "$__rate_interval"
            if window != wanted:
                yield f"{title}: {function}() over {window}"


def target_job_rule(dashboard: Json) -> Iterator[str]:
    """Hold that every selector keeps to the chosen jobs."""
    yield from _matcher(dashboard, 'job=~"$job"')


def target_instance_rule(dashboard: Json) -> Iterator[str]:
    """Hold that every selector keeps to the chosen instances."""
    yield from _matcher(dashboard, 'instance=~"$instance"')


def _matcher(dashboard: Json, matcher: str) -> Iterator[str]:
    for title, expression in _expressions(dashboard):
        selectors = SELECTOR.findall(expression)
        if len(selectors) != len(METRIC.findall(expression)):
            yield f"{title}: a metric without a selector in {expression}"
        for metric, matchers in selectors:
            if matcher not in matchers.split(", "):
                yield f"{title}: {metric} without {matcher}"


def target_counter_agg_rule(dashboard: Json) -> Iterator[str]:
    """Hold that a counter is only read by what knows that it may start again."""
    for title, expression in _expressions(dashboard):
        read = re.findall(r"\b(\w+)\((\w+_(?:total|count|sum|bucket))\{", expression)
        counters = re.findall(r"\b(querywatch_\w+_(?:total|count|sum|bucket))\{", expression)
        safe = [name for function, name in read if function in {"rate", "increase"}]
        for counter in set(counters) - set(safe):
            yield f"{title}: {counter} without rate() or increase()"


def uneditable_dashboard(dashboard: Json) -> Iterator[str]:
    """Hold that what is generated is not edited in place."""
    if dashboard["editable"] is not False:
        yield "the dashboard is editable"


RULES: tuple[Callable[[Json], Iterator[str]], ...] = (
    template_datasource_rule,
    template_job_rule,
    template_instance_rule,
    template_label_promql_rule,
    template_on_time_change_reload_rule,
    panel_datasource_rule,
    panel_title_description_rule,
    panel_units_rule,
    panel_no_targets_rule,
    target_rate_interval_rule,
    target_job_rule,
    target_instance_rule,
    target_counter_agg_rule,
    uneditable_dashboard,
)


def _variables(dashboard: Json) -> list[Json]:
    found: list[Json] = dashboard["templating"]["list"]
    return found


def _expressions(dashboard: Json) -> Iterator[tuple[str, str]]:
    for panel in panels(dashboard):
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
