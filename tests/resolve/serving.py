"""Ask an application for one page and read its report."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.testclient import TestClient

from querywatch import QueryWatch, QueryWatchMiddleware, Report


def serve(app: FastAPI, path: str) -> Report:
    """Ask *app* for *path* and return its report."""
    reports: list[Report] = []
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[reports.append]))
    with TestClient(app) as client:
        assert client.get(path).status_code == 200
    (report,) = reports
    return report
