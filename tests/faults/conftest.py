"""What tests of capture leave behind is taken away again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from querywatch import capture


@pytest.fixture(autouse=True)
def _detached() -> Iterator[None]:
    """Begin and end without listeners, so that each test decides about its backend."""
    capture.detach()
    yield
    capture.detach()
