"""A registry for each test: the client's own is one for the whole process."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry


@pytest.fixture
def registry() -> CollectorRegistry:
    """Lend a registry that nobody else uses."""
    return CollectorRegistry()
