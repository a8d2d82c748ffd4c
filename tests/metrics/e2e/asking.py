"""Asking the Prometheus and the collector that the bookshop tells its figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.metrics.e2e.collector import Collector
from tests.prometheus import Prometheus
from tests.services import awaited

JOB = "bookshop"
METHOD, ROUTE = "http.request.method", "http.route"


@dataclass(frozen=True)
class Scrape:
    """What Prometheus learned from one scrape, whatever became of those after it."""

    prometheus: Prometheus
    at: float

    def query(self, expression: str) -> dict[frozenset[Any], float]:
        """Evaluate *expression* as of this scrape."""
        return self.prometheus.query(expression, at=self.at)


def by_route(scrape: Scrape, metric: str, *labels: str) -> Counter[Any]:
    """Ask for *metric* as of *scrape*, summed over all but method, route and *labels*."""
    names = [name.replace(".", "_") for name in (METHOD, ROUTE, *labels)]
    found = scrape.query(f"sum by ({', '.join(names)}) ({metric})")
    return Counter({_of(series, names): value for series, value in found.items()})


def pushed_by_route(pushed: Collector, metric: str, part: str, *attributes: str) -> Counter[Any]:
    """Ask the collector the same about one *part* of a metric."""
    names = [METHOD, ROUTE, *attributes]
    found = pushed.total(metric, part)
    return Counter({_of(series, names): value for series, value in found.items()})


def _of(series: frozenset[tuple[str, str]], names: list[str]) -> tuple[str, ...]:
    # Prometheus leaves a label out that is empty.
    labels = dict(series)
    return tuple(labels.get(name, "") for name in names)


def await_scraped(prometheus: Prometheus, requests: int) -> Scrape:
    """Wait until so many *requests* are counted, and then for whatever comes after them.

    A request is counted after its answer has left.
    """
    counts = []

    def look() -> bool | None:
        last = Scrape(prometheus, prometheus.await_scrape(JOB))
        counts.append(by_route(last, "querywatch_request_queries_count").total())
        return True if counts[-1] >= requests else None

    awaited(look, lambda: f"of {requests} requests, scrapes have seen {counts}")
    return Scrape(prometheus, prometheus.await_scrape(JOB))


def await_pushed(pushed: Collector, requests: int) -> None:
    """Wait until the collector was told of so many *requests*."""

    def count() -> int:
        return pushed.total("querywatch.request.queries", "count").total()

    awaited(
        lambda: True if count() >= requests else None, lambda: f"{count()} of {requests} pushed"
    )
