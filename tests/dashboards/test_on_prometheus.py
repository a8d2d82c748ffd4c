"""Every expression of every dashboard and rule, asked of a real Prometheus that has the sample."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from tests.dashboards.conftest import names_in
from tests.prometheus import Prometheus
from tools.dashboards import evaluate
from tools.dashboards.alerts import alerts
from tools.dashboards.evaluate import answer, choices, chosen, interpolated, panels
from tools.dashboards.grafana import Json
from tools.dashboards.pool import pool
from tools.dashboards.recordings import recordings
from tools.dashboards.sample import DEPLOYED, END, INSTANCES, JOB, Request, day, since

pytestmark = pytest.mark.prometheus
RECORDED = {rule["record"]: rule["expr"] for rule in recordings()}


def _numbers(series: list[Json]) -> list[float]:
    points = [point for one in series for point in one.get("values", [one.get("value")])]
    return [float(text) for _, text in points]


def test_every_panel_shows_something(dashboard: Json, sampled: Prometheus) -> None:
    """Each target of each panel is answered with series, and with numbers only."""
    values = chosen(dashboard)
    trouble = []

    for panel in panels(dashboard):
        for target in panel["targets"]:
            numbers = _numbers(answer(sampled, target, values))
            if not numbers or any(math.isnan(number) for number in numbers):
                trouble.append(f"{panel['title']}: {target['expr']}")

    assert trouble == []


def test_every_variable_offers_something(dashboard: Json, sampled: Prometheus) -> None:
    """What can be chosen is what the sample has."""
    values = chosen(dashboard)
    offered = {
        one["name"]: choices(sampled, one, values)
        for one in dashboard["templating"]["list"]
        if one["type"] == "query"
    }

    assert offered["job"] == [JOB]
    assert offered["instance"] == list(INSTANCES)
    assert offered["route"] == sorted({request.route for request in day()})
    assert offered.get("pool", ["primary", "replica"]) == ["primary", "replica"]


def test_an_expression_of_nothing_has_no_answer(sampled: Prometheus, overview: Json) -> None:
    """Asked of another job, the panels are empty: the sample is what fills them."""
    values = {**chosen(overview), "job": "elsewhere"}

    answers = [
        answer(sampled, target, values) for panel in panels(overview) for target in panel["targets"]
    ]
    assert not any(answers)


def test_a_deploy_is_marked_on_both_instances(dashboard: Json, sampled: Prometheus) -> None:
    """The annotation is there when the processes started again, and not an hour later."""
    (deploys,) = [one for one in dashboard["annotations"]["list"] if one["name"] == "Deploys"]
    asked = interpolated(deploys["expr"], chosen(dashboard))

    def started(begin: int) -> set[Any]:
        """List what was started in the ten minutes from *begin* on."""
        moments = range(begin, begin + 600, 60)
        found = [labels for at in moments for labels in sampled.query(asked, at=at)]
        return {dict(labels)["instance"] for labels in found}

    assert started(DEPLOYED) == set(INSTANCES)
    assert started(DEPLOYED + 3600) == set()


def _resolved(expression: str) -> str:
    """Put what a rule records in place of its name: nothing is recorded in the sample."""
    for name in sorted(names_in(expression) & RECORDED.keys(), key=len, reverse=True):
        inner = f"({_resolved(RECORDED[name])})"
        yesterday = re.sub(r"(\[\w+\])", r"\1 offset 1d", inner)
        expression = expression.replace(f"({name} offset 1d)", yesterday).replace(name, inner)
    return expression


@pytest.mark.parametrize("rule", recordings(), ids=lambda rule: rule["record"])
def test_every_recording_records_something(rule: Json, sampled: Prometheus) -> None:
    """Each has a value for some series, and the labels its name promises."""
    recorded = sampled.query(_resolved(rule["expr"]), at=END)

    assert recorded
    labels = {name for series in recorded for name, _ in series}
    assert ("http_route" in labels) == rule["record"].startswith("job_http_route:")
    assert ("instance" in labels) == rule["record"].startswith("job_instance_")


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_every_alert_fires_at_the_end_of_the_sample(alert: Json, sampled: Prometheus) -> None:
    """Its expression has an answer there, as it parses and reads what exists."""
    assert sampled.query(_resolved(alert["expr"]), at=END)


@pytest.mark.parametrize(
    "alert",
    [alert for alert in alerts() if "Pool" in alert["alert"]],
    ids=lambda alert: alert["alert"],
)
def test_no_alert_about_pools_fires_before(alert: Json, sampled: Prometheus) -> None:
    """While the pools have room there is no answer."""
    assert not sampled.query(_resolved(alert["expr"]), at=END - 3600)


def test_the_regression_is_that_of_the_report(sampled: Prometheus) -> None:
    """One route runs more queries than a day ago, and no other is named."""
    (alert,) = [one for one in alerts() if one["alert"].endswith("Regression")]

    (found,) = sampled.query(_resolved(alert["expr"]), at=END)

    assert dict(found)["http_route"] == "/reports/sales"


@pytest.fixture(scope="module")
def shown() -> list[Request]:
    """Return the requests in the time a dashboard shows."""
    return since(day(), evaluate.SHOWN)


def _value(server: Prometheus, made: Json, title: str) -> float:
    """Return what the instant panel *title* of a dashboard says."""
    (panel,) = [one for one in panels(made) if one["title"] == title and one["type"] == "stat"]
    (one,) = answer(server, panel["targets"][0], chosen(made))
    return float(one["value"][1])


def _column(server: Prometheus, made: Json, title: str) -> dict[str, float]:
    """Return a column of the table of worst routes, by route."""
    (panel,) = [one for one in panels(made) if one["title"] == "Worst routes"]
    names = panel["transformations"][1]["options"]["renameByName"]
    (letter,) = [name[-1] for name, renamed in names.items() if renamed == title]
    (target,) = [one for one in panel["targets"] if one["refId"] == letter]
    series = answer(server, target, chosen(made))
    return {one["metric"]["http_route"]: float(one["value"][1]) for one in series}


def _by_route(requests: list[Request], figure: Any) -> dict[str, float]:
    found: dict[str, float] = {}
    for request in requests:
        found[request.route] = found.get(request.route, 0.0) + figure(request)
    return found


def test_redundant_queries_are_those_that_were_caused(
    sampled: Prometheus, overview: Json, shown: list[Request]
) -> None:
    """The number on the overview is the sum over the requests."""
    caused = sum(request.redundant for request in shown)

    assert _value(sampled, overview, "Queries a fix would save") == pytest.approx(caused)


def test_the_time_saved_is_what_was_lost(
    sampled: Prometheus, overview: Json, shown: list[Request]
) -> None:
    """The seconds on the overview are the sum over the requests."""
    lost = sum(request.redundant_time for request in shown)

    assert _value(sampled, overview, "Time a fix would save") == pytest.approx(lost)


@pytest.mark.parametrize(
    ("title", "figure"),
    [
        ("Requests", lambda request: 1),
        ("Findings", lambda request: bool(request.kind)),
        ("Redundant queries", lambda request: request.redundant),
        ("Database time", lambda request: request.db_time),
        ("Time saved", lambda request: request.redundant_time),
    ],
)
def test_the_worst_routes_are_those_that_were(
    title: str, figure: Any, sampled: Prometheus, overview: Json, shown: list[Request]
) -> None:
    """Each column of the table is the sum over the requests of each route."""
    caused = _by_route(shown, figure)

    assert _column(sampled, overview, title) == pytest.approx(caused)


def test_queries_per_request_are_the_mean(
    sampled: Prometheus, overview: Json, shown: list[Request]
) -> None:
    """The table divides the queries of each route by its requests."""
    queries = _by_route(shown, lambda request: request.queries)
    requests = _by_route(shown, lambda request: 1)

    assert _column(sampled, overview, "Queries per request") == pytest.approx(
        {route: queries[route] / requests[route] for route in queries}
    )


def test_the_rate_of_requests_is_that_of_the_last_minutes(
    sampled: Prometheus, overview: Json, shown: list[Request]
) -> None:
    """Requests per second, over $__rate_interval up to the end."""
    (panel,) = [one for one in panels(overview) if one["title"] == "Requests"]
    seconds = 8 * 60

    (one,) = answer(sampled, panel["targets"][0], chosen(overview))

    caused = len([request for request in shown if request.at > END - seconds]) / seconds
    assert float(one["values"][-1][1]) == pytest.approx(caused)


def test_the_fullest_pool_is_full(sampled: Prometheus) -> None:
    """The primary has all of its connections in use at the end, and had not before."""
    made = pool()
    (panel,) = [one for one in panels(made) if one["title"] == "Fullest pool"]

    (one,) = answer(sampled, panel["targets"][0], chosen(made))

    assert float(one["values"][-1][1]) == 1.0
    assert float(one["values"][0][1]) < 0.6
