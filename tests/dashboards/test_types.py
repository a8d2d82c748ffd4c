"""The JSON is of Grafana's own types."""

from __future__ import annotations

import json
import subprocess
import warnings
from typing import Any

import pytest

from tests.dashboards.conftest import TYPES
from tests.services import PATIENCE
from tools.dashboards.files import dashboards
from tools.dashboards.grafana import Json

with warnings.catch_warnings():
    # It would rather have dashboards of its newest kind, which older Grafanas do not import.
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models.dashboard import Dashboard

DECLARED = "import type { AnyDashboard } from './dashboard';\nconst made: AnyDashboard = "
TSC = "node_modules/typescript/bin/tsc"
OPTIONS = ("--noEmit", "--strict", "--skipLibCheck", "--target", "esnext", "--module", "esnext")


def _objections(made: Json) -> str:
    """Let TypeScript compare *made* with the types of `@grafana/schema`."""
    file = TYPES / f"{made['uid']}.check.ts"
    file.write_text(f"{DECLARED}{json.dumps(made, indent=1)};\n", encoding="utf-8")
    try:
        run = subprocess.run(
            ["node", TSC, *OPTIONS, "--moduleResolution", "bundler", file.name],  # noqa: S607
            cwd=TYPES,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
    finally:
        file.unlink()
    return run.stdout


@pytest.mark.npm
def test_the_json_has_the_types_of_grafana(dashboard: Json) -> None:
    """No key is unknown, none is missing, and each value is one that is allowed."""
    assert _objections(dashboard) == ""


@pytest.mark.npm
@pytest.mark.parametrize(
    ("panel", "changed", "objection"),
    [
        (1, {"options": {"colorMode": "rainbow"}}, "rainbow"),
        (1, {"tittle": "Requests"}, "tittle"),
        (10, {"fieldConfig": {"defaults": {"custom": {"lineWidht": 1}}}}, "lineWidht"),
    ],
)
def test_json_of_another_type_is_objected_to(
    panel: int, changed: Json, objection: str, overview: Json
) -> None:
    """A value that is not allowed and a key that is not known are named."""
    overview["uid"] = f"spoiled-{objection}"
    overview["panels"][panel] |= changed

    assert objection in _objections(overview)


def _lost(before: Any, after: Any, path: str = "") -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            lost
            for key, value in before.items()
            for lost in _lost(value, after.get(key), f"{path}/{key}")
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            lost
            for number, (one, other) in enumerate(zip(before, after, strict=True))
            for lost in _lost(one, other, f"{path}/{number}")
        ]
    return [] if before == after else [path]


def _through_the_sdk(made: Json) -> Json:
    read: Json = json.loads(json.dumps(Dashboard.from_json(made), cls=JSONEncoder))
    return read


def test_grafanas_sdk_reads_a_dashboard_without_loss(dashboard: Json) -> None:
    """The foundation SDK knows every key of the JSON and writes each value back."""
    assert _lost(dashboard, _through_the_sdk(dashboard)) == []


def test_a_key_the_sdk_does_not_know_is_seen() -> None:
    """A misspelt key does not come back."""
    made = dashboards()[0] | {"grafTooltip": 1}

    assert _lost(made, _through_the_sdk(made)) == ["/grafTooltip"]
