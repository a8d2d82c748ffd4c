"""Decide to live with a finding, or not to record at all."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import TYPE_CHECKING, Final

from querywatch import capture
from querywatch.allowances import Allowance, checked_subject
from querywatch.capture.state import current

if TYPE_CHECKING:
    from collections.abc import Iterator

_allowed: Final[ContextVar[tuple[Allowance, ...]]] = ContextVar("querywatch_allowed", default=())


def allowed_here() -> tuple[Allowance, ...]:
    """Return what the code that is running has allowed around it."""
    return _allowed.get()


@contextmanager
def pause() -> Iterator[None]:
    """Record nothing of what this block executes."""
    with capture.paused():
        yield


@contextmanager
def allow(subject: str, *, reason: str = "") -> Iterator[None]:
    """Count what this block executes, but object to nothing about *subject*.

    *subject* is a finding's subject (`Order.items`), the summary of a statement
    (`SELECT authors`), a kind (`query_loop`) or a code (`QW103`). Raises ConfigurationError for
    a code that does not exist.
    """
    allowance = Allowance(checked_subject(subject), reason, perf_counter())
    token = _allowed.set((*_allowed.get(), allowance))
    opened = current.get() or capture.adopting()
    while opened is not None:
        opened.allowances.append(allowance)
        opened = opened.outer
    try:
        yield
    finally:
        allowance.ended = perf_counter()
        _allowed.reset(token)
