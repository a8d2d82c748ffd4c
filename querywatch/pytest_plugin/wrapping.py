"""Functions that others call for us, put under watch: methods of a TestCase, examples."""

from __future__ import annotations

from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from querywatch.pytest_plugin.running import Run


def watched(function: Callable[..., Any], make_run: Callable[[], Run]) -> Callable[..., Any]:
    """Return *function*, sync or async as it is, with each call of it a run of its own."""
    if iscoroutinefunction(function):

        @wraps(function)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            with make_run():
                return await function(*args, **kwargs)

        return run_async

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        with make_run():
            return function(*args, **kwargs)

    return run
