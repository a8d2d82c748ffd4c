"""The `Server-Timing` header."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from starlette.responses import Response
from starlette.testclient import TestClient

from querywatch import QueryWatch, QueryWatchMiddleware
from tests.middleware.shop import shop, sin


def test_the_header_tells_database_time_and_queries() -> None:
    """Browsers show it among a request's timings."""
    engine = shop(orders=3)
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(), server_timing=True)
    app.get("/orders")(lambda: sin(engine))

    header = TestClient(app).get("/orders").headers["server-timing"]

    assert re.fullmatch(r'db;dur=\d+\.\d;desc="4 queries"', header)


def test_a_response_without_queries_says_zero() -> None:
    """Zero is an answer too."""
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(), server_timing=True)

    assert TestClient(app).get("/").headers["server-timing"] == 'db;dur=0.0;desc="0 queries"'


def test_a_header_of_the_application_stays() -> None:
    """Ours is added behind it."""
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(), server_timing=True)
    app.get("/")(lambda: Response("", headers={"Server-Timing": "app;dur=1"}))

    values = TestClient(app).get("/").headers.get_list("server-timing")

    assert values == ["app;dur=1", 'db;dur=0.0;desc="0 queries"']


@pytest.mark.parametrize("debug", [True, False])
def test_by_default_the_header_follows_the_applications_debug_mode(*, debug: bool) -> None:
    """What a production process does not need, it does not tell."""
    app = FastAPI(debug=debug)
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch())

    assert ("server-timing" in TestClient(app).get("/").headers) is debug


def test_the_header_can_be_forbidden_in_debug_mode() -> None:
    """False is not the same as not given."""
    app = FastAPI(debug=True)
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(), server_timing=False)

    assert "server-timing" not in TestClient(app).get("/").headers
