"""A sink may be told as a request begins, and again before its response ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.responses import FileResponse
from starlette.testclient import TestClient

from querywatch import QueryWatch, QueryWatchMiddleware, Report, capture
from tests.metrics.otel.apps import build
from tests.middleware.shop import cure, shop


class Follower:
    """Notes what it is told, in order."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def __call__(self, report: Report) -> None:
        """Note the report of the end."""
        self.told.append(f"report of {report.recording.query_count}")

    def request_begins(self) -> None:
        """Note that one begins."""
        self.told.append("begins")

    def before_response_ends(self, judge: Callable[[], Report]) -> None:
        """Note what was found so far, asked for twice."""
        report = judge()
        assert judge() is report
        self.told.append(f"{len(report.findings)} in {report.recording.query_count}")


def serve(*sinks: Any, **options: Any) -> TestClient:
    """Serve the shop with *sinks*."""
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=sinks), **options)
    app.get("/file")(lambda: FileResponse(__file__))
    return build(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/sin", ["begins", "1 in 4", "report of 4"]),
        ("/cure", ["begins", "0 in 2", "report of 2"]),
        ("/stream", ["begins", "1 in 4", "report of 4"]),
        ("/later", ["begins", "0 in 0", "report of 4"]),
        ("/file", ["begins", "0 in 0", "report of 0"]),
        ("/fails", ["begins", "report of 4"]),
    ],
)
def test_a_follower_is_told_before_the_last_message_leaves(path: str, told: list[str]) -> None:
    """What runs after that is in the report alone; an error's response is not ours to see."""
    follower = Follower()
    serve(follower).get(path)

    assert follower.told == told


def test_a_response_that_is_replaced_is_told_of() -> None:
    """mode="raise" sends another one in its place, which ends as well."""
    follower = Follower()

    assert serve(follower, mode="raise").get("/sin").status_code == 500
    assert follower.told == ["begins", "1 in 4", "report of 4"]


def test_who_is_not_watched_is_not_followed() -> None:
    """A path that is left out, and a request that the sample leaves out."""
    follower = Follower()
    serve(follower, exclude=["/sin"]).get("/sin")
    serve(follower, sample_rate=0.0).get("/sin")

    assert follower.told == []


@pytest.mark.parametrize("method", ["request_begins", "before_response_ends"])
def test_a_follower_that_raises_leaves_the_response_and_the_others(method: str) -> None:
    """Its failure is counted."""

    class Broken(Follower):
        pass

    def broken(*_: object) -> None:
        raise RuntimeError("a bug of the sink's")

    setattr(Broken, method, broken)
    follower, failures = Follower(), capture.failures()

    assert serve(Broken(), follower).get("/sin").json() == [["pen"], ["pen"], ["pen"]]
    assert follower.told == ["begins", "1 in 4", "report of 4"]
    assert capture.failures() == failures + 1


def test_a_follower_may_query_without_being_recorded() -> None:
    """As a sink may: its own statements are no part of the request."""
    engine = shop()

    class Asking(Follower):
        def before_response_ends(self, judge: Callable[[], Report]) -> None:
            cure(engine)
            super().before_response_ends(judge)

    follower = Asking()
    serve(follower).get("/sin")

    assert follower.told == ["begins", "1 in 4", "report of 4"]


def test_a_sink_that_follows_nothing_is_a_sink() -> None:
    """The twin: neither method is asked for."""
    reports: list[Report] = []
    serve(reports.append).get("/sin")

    assert [len(report.findings) for report in reports] == [1]
