"""The rule file for Prometheus: recordings, then the alerts on them."""

from __future__ import annotations

from tools.dashboards.alerts import alerts
from tools.dashboards.grafana import Json
from tools.dashboards.recordings import recordings


def rules() -> Json:
    """Build the rule file."""
    return {
        "groups": [
            {"name": "querywatch-recordings", "rules": recordings()},
            {"name": "querywatch-alerts", "rules": alerts()},
        ]
    }
