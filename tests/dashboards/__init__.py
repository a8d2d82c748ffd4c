"""Dashboards, rules and alerts: held by rule, by type and by a Prometheus."""
