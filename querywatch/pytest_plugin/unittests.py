"""Test methods of `unittest.TestCase`: what is watched is the method, not its setUp."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from querywatch.pytest_plugin.wrapping import watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from querywatch.pytest_plugin.running import Run


def is_case(item: pytest.Item) -> bool:
    """Tell whether *item* is a method of a TestCase."""
    unittest = sys.modules.get("unittest")
    kind = getattr(item, "cls", None)
    return unittest is not None and kind is not None and issubclass(kind, unittest.TestCase)


@contextmanager
def guarded(item: Any, run: Run) -> Iterator[None]:
    """Let the test method of *item* run under watch while this block runs."""
    method = item.obj
    item.obj = watched(method, lambda: run)
    # An asynchronous case looks its method up by name.
    setattr(item.instance, item.name, item.obj)
    try:
        yield
    finally:
        vars(item.instance).pop(item.name, None)
        item.obj = method
