"""The dashboards pass the rules of Grafana's linter, and each rule can fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.dashboards import linter
from tools.dashboards.evaluate import panels
from tools.dashboards.grafana import Json


@pytest.mark.parametrize("rule", linter.RULES, ids=lambda rule: rule.__name__)
def test_a_dashboard_passes(rule: Callable[[Json], Iterator[str]], dashboard: Json) -> None:
    """The linter has nothing to object to."""
    assert list(rule(dashboard)) == []


def _variable(name: str, **changed: Any) -> Callable[[Json], None]:
    def spoil(dashboard: Json) -> None:
        for one in dashboard["templating"]["list"]:
            if one["name"] == name:
                one.update(changed)

    return spoil


def _panel(**changed: Any) -> Callable[[Json], None]:
    return lambda dashboard: next(panels(dashboard)).update(changed)


def _unit(dashboard: Json) -> None:
    next(panels(dashboard))["fieldConfig"]["defaults"]["unit"] = "queries"


def _expression(before: str, after: str) -> Callable[[Json], None]:
    def spoil(dashboard: Json) -> None:
        target = next(panels(dashboard))["targets"][0]
        assert before in target["expr"]
        target["expr"] = target["expr"].replace(before, after)

    return spoil


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        (linter.template_datasource_rule, _variable("datasource", query="loki")),
        (linter.template_job_rule, _variable("job", multi=False)),
        (linter.template_instance_rule, _variable("instance", allValue=".*")),
        (linter.template_label_promql_rule, _variable("job", query="up")),
        (linter.template_on_time_change_reload_rule, _variable("route", refresh=1)),
        (linter.panel_datasource_rule, _panel(datasource={"uid": "P1"})),
        (linter.panel_title_description_rule, _panel(description="")),
        (linter.panel_units_rule, _unit),
        (linter.panel_no_targets_rule, _panel(targets=[])),
        (linter.target_rate_interval_rule, _expression("$__rate_interval", "5m")),
        (linter.target_job_rule, _expression('job=~"$job", ', "")),
        (linter.target_instance_rule, _expression('instance=~"$instance"', 'a="b"')),
        (linter.target_counter_agg_rule, _expression("rate(", "last_over_time(")),
        (linter.uneditable_dashboard, lambda dashboard: dashboard.update(editable=True)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_rule_sees_what_it_is_there_for(
    rule: Callable[[Json], Iterator[str]], spoil: Callable[[Json], None], overview: Json
) -> None:
    """Spoiled in one place, the overview no longer passes."""
    spoil(overview)

    assert list(rule(overview)) != []
