"""Sinks that follow a request: told as it begins, and again just before its response ends.

A sink may have two methods beside the call of a Report, both of them optional:

- `request_begins()` is called in the context that the request came in.
- `before_response_ends(judge)` is called in the context that sends the response, before its last
  message leaves; of a WebSocket, before the message with which the application closes it.
  `judge()` returns a Report of what was recorded until then; it costs as much as the report of
  the end, so it is for the sink to decide whether to ask.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from querywatch import capture
from querywatch.middleware.guard import attempt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from querywatch.model import Report

    Hook = Callable[..., object]


class Followers:
    """Those of the *sinks* that have one of the two methods."""

    def __init__(self, sinks: Iterable[object]) -> None:
        sinks = tuple(sinks)
        self._begin = _methods(sinks, "request_begins")
        self._end = _methods(sinks, "before_response_ends")

    def begin(self) -> None:
        """Tell them that a request begins; a bug of theirs is counted and goes no further."""
        if self._begin:
            attempt(partial(_tell, self._begin), None)

    def before_end(self, judge: Callable[[], Report]) -> None:
        """Tell them that the response is about to end."""
        if self._end:
            attempt(partial(_tell, self._end, _Once(judge)), None)


class _Once:
    """Judges when first asked. `functools.cache` would take longer to make than all else here."""

    __slots__ = ("_judge", "_report")

    def __init__(self, judge: Callable[[], Report]) -> None:
        self._judge = judge
        self._report: Report | None = None

    def __call__(self) -> Report:
        if self._report is None:
            self._report = self._judge()
        return self._report


def _methods(sinks: Iterable[object], name: str) -> tuple[Hook, ...]:
    found: list[Any] = [getattr(sink, name, None) for sink in sinks]
    return tuple(method for method in found if callable(method))


def _tell(hooks: Iterable[Hook], *arguments: object) -> None:
    with capture.paused():
        for hook in hooks:
            attempt(partial(hook, *arguments), None)
