"""The bookshop exposes figures when it is asked to, and only then."""

from dataclasses import replace

from fastapi.testclient import TestClient

from example_app.main import create_app
from example_app.settings import Settings

SETTINGS = Settings.from_environment({})


def test_metrics_are_exposed_on_request() -> None:
    """Those who ask for figures are not counted themselves."""
    with TestClient(create_app(replace(SETTINGS, metrics=True))) as client:
        client.get("/metrics")
        exposition = client.get("/metrics").text

    assert "querywatch_build_info" in exposition
    assert 'http_route="/metrics"' not in exposition


def test_metrics_are_not_exposed_otherwise() -> None:
    """Nobody finds an endpoint that nobody asked for."""
    with TestClient(create_app(SETTINGS)) as client:
        assert client.get("/metrics").status_code == 404
