"""Test methods of `unittest.TestCase`: what is watched is the method, not its setUp."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    item.obj = _coroutine(method, run) if iscoroutinefunction(method) else _function(method, run)
    # An asynchronous case looks its method up by name.
    setattr(item.instance, item.name, item.obj)
    try:
        yield
    finally:
        vars(item.instance).pop(item.name, None)
        item.obj = method


def _function(method: Callable[..., Any], run: Run) -> Callable[..., Any]:
    @wraps(method)
    def watched(*args: Any, **kwargs: Any) -> Any:
        with run:
            return method(*args, **kwargs)

    return watched


def _coroutine(method: Callable[..., Any], run: Run) -> Callable[..., Any]:
    @wraps(method)
    async def watched(*args: Any, **kwargs: Any) -> Any:
        with run:
            return await method(*args, **kwargs)

    return watched
