"""Panels have a place of their own, and what every dashboard has, each of them has."""

from __future__ import annotations

from itertools import combinations

from tools.dashboards.evaluate import panels
from tools.dashboards.files import dashboards
from tools.dashboards.grafana import Json


def _overlap(one: Json, other: Json) -> bool:
    return bool(
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )


def test_no_panel_lies_over_another(dashboard: Json) -> None:
    """Every panel is within the 24 columns and has its place alone."""
    places = [panel["gridPos"] for panel in dashboard["panels"]]

    assert [pair for pair in combinations(places, 2) if _overlap(*pair)] == []
    assert all(place["x"] >= 0 and place["x"] + place["w"] <= 24 for place in places)


def test_panels_that_overlap_are_seen() -> None:
    """Two panels share a cell, two others only a border."""
    place = {"x": 0, "y": 0, "w": 8, "h": 4}

    assert _overlap(place, {"x": 7, "y": 3, "w": 8, "h": 4})
    assert not _overlap(place, {"x": 8, "y": 0, "w": 8, "h": 4})


def test_every_panel_has_a_number_of_its_own(dashboard: Json) -> None:
    """Grafana links to panels by their id."""
    numbers = [panel["id"] for panel in dashboard["panels"]]

    assert len(numbers) == len(set(numbers))


def test_every_dashboard_can_be_narrowed_to_a_route(dashboard: Json) -> None:
    """Data source, job, instance and route can be chosen, in this order."""
    names = [one["name"] for one in dashboard["templating"]["list"]]

    assert names[:4] == ["datasource", "job", "instance", "route"]


def test_every_variable_is_used(dashboard: Json) -> None:
    """What can be chosen makes a difference."""
    asked = " ".join(target["expr"] for panel in panels(dashboard) for target in panel["targets"])

    unused = [
        one["name"]
        for one in dashboard["templating"]["list"]
        if one["type"] == "query" and f'"${one["name"]}"' not in asked
    ]
    assert unused == []


def test_graphs_of_a_request_carry_its_traces(dashboard: Json) -> None:
    """Where single requests are measured, one target of the graph has exemplars, one only."""
    for panel in panels(dashboard):
        if "trace" in panel["description"]:
            assert [target["exemplar"] for target in panel["targets"]].count(True) == 1
        else:
            assert not any(target["exemplar"] for target in panel["targets"])


def test_exemplars_are_shown_on_two_dashboards() -> None:
    """There are graphs with traces: on the overview and for a route."""
    with_traces = [
        made["uid"]
        for made in dashboards()
        if any(target["exemplar"] for panel in panels(made) for target in panel["targets"])
    ]
    assert with_traces == ["querywatch-overview", "querywatch-route"]


def test_deploys_and_alerts_are_marked(dashboard: Json) -> None:
    """Both are annotations, shown unless switched off."""
    shown = {one["name"]: one["enable"] for one in dashboard["annotations"]["list"]}

    assert shown["Deploys"]
    assert shown["Alerts"]
