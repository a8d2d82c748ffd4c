"""Providers of its own for each test: the global ones can be set once in a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from querywatch import capture
from tests.metrics.otel.world import World


@pytest.fixture(autouse=True)
def _detached() -> Iterator[None]:
    """Leave no listeners behind for tests that begin without any."""
    yield
    capture.detach()


@pytest.fixture
def world() -> Iterator[World]:
    """Lend providers that keep everything in memory."""
    world = World()
    yield world
    for provider in (world.meters, world.tracers, world.loggers):
        provider.shutdown()
