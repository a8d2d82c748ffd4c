"""Exemplars reach Prometheus, and lead to the traces of the requests they stand for."""

from __future__ import annotations

import pytest

from tests.metrics.e2e.conftest import Loaded

pytestmark = pytest.mark.prometheus

METRICS = (
    "querywatch_request_queries_bucket",
    "querywatch_request_db_duration_seconds_bucket",
    "querywatch_findings_total",
)


def traces(loaded: Loaded, metric: str) -> set[str]:
    """Ask Prometheus for the traces that it has kept with *metric*."""
    at = loaded.scraped.at
    series = loaded.scraped.prometheus.get(
        "query_exemplars", query=metric, start=at - 3600, end=at + 60
    )
    return {one["labels"]["trace_id"] for each in series for one in each["exemplars"]}


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("loaded", [1], indirect=True, ids=["1-workers"])
def test_exemplars_are_traces_of_the_load(loaded: Loaded, metric: str) -> None:
    """Each of a request that the generator has sent."""
    found = traces(loaded, metric)

    assert found
    assert found <= loaded.caused.traces


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("loaded", [4], indirect=True, ids=["4-workers"])
def test_several_workers_have_no_exemplars(loaded: Loaded, metric: str) -> None:
    """As the documentation says: the client drops them in multiprocess mode."""
    assert traces(loaded, metric) == set()
