"""An engine with a small pool, a registry and a reader of OpenTelemetry for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from querywatch.capture.pools.tally import known
from tests.capture.pools import crowded
from tests.metrics.pools.reading import Meters


@pytest.fixture(autouse=True)
def _none_known() -> None:
    """Begin without the engines that other tests have left behind."""
    known.clear()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Lend an engine with two places and little patience."""
    with crowded(tmp_path / "shop.sqlite3") as engine:
        yield engine


@pytest.fixture
def registry() -> CollectorRegistry:
    """Lend a registry that nobody else uses."""
    return CollectorRegistry()


@pytest.fixture
def meters() -> Iterator[Meters]:
    """Lend a provider of meters with a reader in memory."""
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    yield Meters(provider, reader)
    provider.shutdown()
