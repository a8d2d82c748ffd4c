"""Metrics for Prometheus, for whoever sets BOOKSHOP_METRICS=1."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from fastapi import FastAPI
from starlette.routing import Route

from example_app.database import Database
from querywatch import QueryWatch, Report
from querywatch.settings import Settings
from querywatch.sinks import default_sinks
from querywatch.sinks.prometheus import PrometheusSink, metrics_app

Sink: TypeAlias = Callable[[Report], object]


def prometheus_sink(database: Database) -> PrometheusSink:
    """Make a sink that counts requests, and connections under the names the engines have here."""
    return PrometheusSink(pools=database.named())


def add_metrics(app: FastAPI) -> None:
    """Answer scrapes at /metrics."""
    app.router.routes.append(Route("/metrics", metrics_app()))


def watch(sinks: Iterable[Sink], **limits: Any) -> QueryWatch:
    """Show findings where they were shown before, and give every report to *sinks* as well."""
    return QueryWatch(sinks=[*default_sinks(), *sinks], settings=Settings.load(**limits))
