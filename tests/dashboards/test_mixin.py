"""The mixin gives jsonnet's users the same dashboards and rules, with their own links."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.dashboards.conftest import ROOT
from tests.services import PATIENCE
from tools.dashboards.files import dashboards
from tools.dashboards.grafana import Json
from tools.dashboards.rules import rules

pytestmark = pytest.mark.jsonnet

ALL = "{ d: m.grafanaDashboards, r: m.prometheusRules, a: m.prometheusAlerts }"


def _evaluated(expression: str, configuration: str = "{}") -> Json:
    program = f"local m = (import 'mixin.libsonnet') + {{ _config+:: {configuration} }}; "
    run = subprocess.run(
        ["jsonnet", "--exec", program + expression],  # noqa: S607 - found, as the mark has made sure
        cwd=ROOT / "dashboards",
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found: Json = json.loads(run.stdout)
    return found


def test_the_mixin_has_every_dashboard() -> None:
    """They are the generated ones, under the names of their files."""
    assert _evaluated(ALL)["d"] == {f"{made['uid']}.json": made for made in dashboards()}


def test_the_mixin_has_every_rule() -> None:
    """Recordings and alerts are apart, and unchanged without a configuration."""
    evaluated = _evaluated(ALL)

    assert evaluated["r"]["groups"] + evaluated["a"]["groups"] == rules()["groups"]


def test_links_of_the_alerts_can_be_configured() -> None:
    """Each alert then leads to one's own pages and one's own Grafana."""
    own = "{ runbooks: 'https://wiki.example/db', grafana: 'https://grafana.example' }"

    alerts = _evaluated(ALL, own)["a"]["groups"][0]["rules"]

    assert len(alerts) == len(rules()["groups"][1]["rules"])
    for alert in alerts:
        links = alert["annotations"]
        assert links["runbook_url"] == f"https://wiki.example/db/{alert['alert']}.md"
        assert links["dashboard_url"].startswith("https://grafana.example/d/querywatch-")
