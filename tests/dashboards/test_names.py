"""Dashboards, rules and pages speak of the same things."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from querywatch.sinks._metrics.table import METRICS
from tests.dashboards.conftest import ROOT, names_in
from tools.dashboards.alerts import alerts
from tools.dashboards.evaluate import panels
from tools.dashboards.files import generated
from tools.dashboards.grafana import Json
from tools.dashboards.recordings import recordings
from tools.dashboards.rules import rules

EXPORTED = {
    f"{metric.name}{suffix}": set(metric.labels)
    for metric in METRICS
    for suffix in (("_bucket", "_sum", "_count") if metric.kind == "histogram" else ("",))
}
LABELS = set().union(*EXPORTED.values())
RECORDED = {rule["record"] for rule in recordings()}
OF_PROMETHEUS = {"job", "instance", "le", "cluster", "namespace"}
ALERTS = alerts()
RUNBOOKS = ROOT / "docs" / "runbooks"


def _strangers(expression: str) -> set[str]:
    """List what *expression* reads that nobody exports or records."""
    return names_in(expression) - EXPORTED.keys() - RECORDED - LABELS


def test_panels_read_what_the_sinks_export(dashboard: Json) -> None:
    """Every metric in a panel is in the table of metrics, under the name of its kind."""
    asked = [target["expr"] for panel in panels(dashboard) for target in panel["targets"]]

    assert set().union(*map(_strangers, asked)) == set()


def test_rules_read_what_is_exported_or_recorded() -> None:
    """Every metric in a rule is in the table of metrics, or is recorded by a rule."""
    asked = [rule["expr"] for rule in (*recordings(), *ALERTS)]

    assert set().union(*map(_strangers, asked)) == set()


@pytest.mark.parametrize(
    "expression",
    ["rate(querywatch_querys_count[5m])", "job_pool:querywatch_pool_holds:rate5m > 1"],
)
def test_a_metric_nobody_exports_is_seen(expression: str) -> None:
    """A misspelt name is found."""
    assert _strangers(expression)


def test_a_series_is_asked_by_labels_it_has(dashboard: Json) -> None:
    """Each label in a selector is one of its metric's own, or one of Prometheus'."""
    asked = " ".join(target["expr"] for panel in panels(dashboard) for target in panel["targets"])

    for metric, matchers in re.findall(r"(querywatch_\w+)\{([^}]*)\}", asked):
        named = set(re.findall(r"(\w+)(?:=~|!=|=)", matchers))
        assert named <= EXPORTED[metric] | OF_PROMETHEUS, metric


def test_every_exported_metric_is_drawn_or_watched() -> None:
    """Nothing is exported by default that no panel and no rule looks at."""
    everything = " ".join(generated().values())
    unread = {
        metric.name
        for metric in METRICS
        if metric.name not in everything and metric.name != "querywatch_query_returned_rows"
    }
    assert unread == set()


def test_each_recording_is_read() -> None:
    """No rule is evaluated for nothing."""
    read = " ".join(rule["expr"] for rule in (*recordings(), *ALERTS))

    assert {name for name in RECORDED if name not in read} == set()


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_has_all_that_is_needed_at_night(alert: Json) -> None:
    """It says how bad it is, what it is and what to do, and the page it names is there."""
    assert alert["labels"]["severity"] in {"critical", "warning", "info"}
    assert re.fullmatch(r"Querywatch(?:[A-Z][a-z0-9]*)+|QuerywatchNPlusOne", alert["alert"])
    assert not re.search(r"[{}]", alert["annotations"]["summary"])
    assert (ROOT / alert["annotations"]["runbook_url"]).is_file()


def test_every_page_is_about_an_alert() -> None:
    """There is one page for each alert and none without one, but their list."""
    assert {page.stem for page in RUNBOOKS.glob("*.md")} - {"README"} == {
        alert["alert"] for alert in ALERTS
    }


def test_every_page_names_the_expression_of_its_alert() -> None:
    """Whoever changes a threshold has to change the page."""
    for alert in ALERTS:
        page = (RUNBOOKS / f"{alert['alert']}.md").read_text(encoding="utf-8")
        assert alert["expr"] in page, alert["alert"]


def _tested() -> tuple[set[str], set[str]]:
    """List the alerts whose firing is tested, and those whose silence is."""
    text = (ROOT / "dashboards/prometheus/querywatch.rules.test.yml").read_text(encoding="utf-8")
    checks: list[dict[str, Any]] = [
        check for test in yaml.safe_load(text)["tests"] for check in test["alert_rule_test"]
    ]
    firing = {check["alertname"] for check in checks if check.get("exp_alerts")}
    return firing, {check["alertname"] for check in checks if not check.get("exp_alerts")}


def test_every_alert_is_tested_firing_and_silent() -> None:
    """The tests name a time at which each alert fires and one at which it does not."""
    every = {alert["alert"] for alert in ALERTS}

    assert _tested() == (every, every)


def test_the_rule_file_says_what_the_rules_are() -> None:
    """Our YAML means what was written into it, to a reader of YAML."""
    text = (ROOT / "dashboards/prometheus/querywatch.rules.yml").read_text(encoding="utf-8")

    assert yaml.safe_load(text) == rules()
