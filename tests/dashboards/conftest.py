"""The dashboards, and a Prometheus that holds the sample."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import refuse
from tests.prometheus import Prometheus, prometheus
from tests.services import Program
from tools.dashboards.backfill import backfill
from tools.dashboards.files import dashboards
from tools.dashboards.grafana import Json

ROOT = Path(__file__).parents[2]
TYPES = ROOT / "tools" / "dashboards" / "types"
JSONNET = Program("jsonnet", ("jsonnet",), "jsonnet")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep a test from starting whose program or whose npm packages are missing."""
    if item.get_closest_marker(JSONNET.mark) and (trouble := JSONNET.trouble()):
        refuse(trouble)
    if item.get_closest_marker("npm") and not (TYPES / "node_modules").is_dir():
        refuse("Grafana's types are missing: npm install --prefix tools/dashboards/types")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that takes a `dashboard` each of them."""
    if "dashboard" in metafunc.fixturenames:
        made = dashboards()
        metafunc.parametrize("dashboard", made, ids=[one["uid"] for one in made])


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """Lend a Prometheus with the sample in it; it scrapes nothing."""
    folder = tmp_path_factory.mktemp("prometheus")
    backfill(folder)
    with prometheus(folder, {}) as server:
        yield server


@pytest.fixture
def overview() -> Json:
    """Return a fresh overview, for a test that spoils it."""
    return dashboards()[0]


def names_in(expression: str) -> set[str]:
    """List the metrics that *expression* reads."""
    return set(re.findall(r"\b(?:querywatch|job_[a-z_]+:querywatch)_[a-z0-9_:]+", expression))
