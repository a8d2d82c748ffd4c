"""The generated files: what is in each, to the byte."""

from __future__ import annotations

import json
from typing import Any

from tools.dashboards import yaml
from tools.dashboards.grafana import Json
from tools.dashboards.overview import overview
from tools.dashboards.pool import pool
from tools.dashboards.route import route
from tools.dashboards.rules import rules

WRITTEN_BY = "# Written by `python -m tools.dashboards`: edit tools/dashboards/ instead.\n"


def generated() -> dict[str, str]:
    """Return every generated file of `dashboards/`: its text by its relative path."""
    boards = {f"grafana/dashboards/{made['uid']}.json": _json(made) for made in dashboards()}
    return {
        **boards,
        "prometheus/querywatch.rules.yml": WRITTEN_BY + yaml.dump(rules()),
        "prometheus/querywatch.rules.json": _json(rules()),
    }


def dashboards() -> list[Json]:
    """Build every dashboard."""
    return [overview(), route(), pool()]


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
