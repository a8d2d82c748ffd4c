"""The rules, as promtool judges them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.dashboards.conftest import ROOT
from tests.prometheus import promtool

pytestmark = pytest.mark.prometheus
FOLDER = ROOT / "dashboards" / "prometheus"


def test_promtool_accepts_the_rules() -> None:
    """Every expression parses and every rule is well formed."""
    outcome = promtool("check", "rules", str(FOLDER / "querywatch.rules.yml"))

    assert outcome.code == 0, outcome.text
    assert "21 rules found" in outcome.text


def test_every_alert_fires_where_it_should_and_nowhere_else() -> None:
    """`promtool test rules` plays the scenes of the test file."""
    outcome = promtool("test", "rules", str(FOLDER / "querywatch.rules.test.yml"))

    assert outcome.code == 0, outcome.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ratio_rate5m > 0.05", "ratio_rate5m > 0.6"),
        ("ratio_rate5m > 0.05", "ratio_rate5m > 0.01"),
        ("rate5m > 0.01", "rate5m > 0"),
        ("_1h > 1.5 *", "_1h > 15 *"),
        ("mean1h > 1.2 *", "mean1h > 0 *"),
        ("offset 1d) > 5", "offset 1d) > 1"),
        ("rate1h > 0.005", "rate1h > 0"),
        ("> 14.4 * 0.01", "> 5 * 0.01"),
        ("max:ratio > 0.9", "max:ratio > 0.2"),
        ("p95_5m > 0.5", "p95_5m > 0"),
        ("[5m])) > 0", "[5m])) >= 0"),
        ("[1h])) > 0", "[1h])) >= 0"),
    ],
)
def test_a_changed_threshold_does_not_pass(before: str, after: str, tmp_path: Path) -> None:
    """The scenes are close enough to each threshold to notice when it moves."""
    shutil.copy(FOLDER / "querywatch.rules.test.yml", tmp_path)
    text = (FOLDER / "querywatch.rules.yml").read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "querywatch.rules.yml").write_text(text.replace(before, after), encoding="utf-8")

    outcome = promtool("test", "rules", str(tmp_path / "querywatch.rules.test.yml"))

    assert "FAILED" in outcome.text


def test_promtool_accepts_the_example_configuration() -> None:
    """The Prometheus of the compose file would start."""
    outcome = promtool("check", "config", str(FOLDER / "prometheus.yml"))

    assert outcome.code == 0, outcome.text
