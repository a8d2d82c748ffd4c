"""Which flush a written row belongs to.

All statements of one flush are one act of the application, however many the driver needs.
"""

from __future__ import annotations

import weakref
from contextvars import ContextVar
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from querywatch.capture import orm, state
from querywatch.capture.listening import listen, unlisten

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import UOWTransaction

NO_FLUSH: Final = (0, lambda: None)

_numbers = count(1)
_running: ContextVar[tuple[int, Callable[[], Session | None]]] = ContextVar(
    "querywatch_flush", default=NO_FLUSH
)


def _on_flush(
    session: Session,
    flush_context: UOWTransaction,  # noqa: ARG001 - the signature of the event
    instances: Any,  # noqa: ARG001
) -> None:
    try:
        if state.current.get() is not None or state.units_open():
            _running.set((next(_numbers), weakref.ref(session)))
    except Exception as bug:  # noqa: BLE001 - nothing of ours may reach the application
        state.failed(bug)


def _on_flushed(session: Session, _: Any) -> None:  # noqa: ARG001
    _running.set(NO_FLUSH)


_EVENTS: Final = (
    ("before_flush", _on_flush),
    # A flush that fails never reaches `after_flush`; mostly it rolls back.
    ("after_flush", _on_flushed),
    ("after_soft_rollback", _on_flushed),
)


def attach() -> None:
    """Start to number the flushes of every session."""
    listen(Session, _EVENTS)


def detach() -> None:
    """Stop numbering."""
    unlisten(Session, _EVENTS)


running_flush = _running.get
"""Return what `number_of` takes: the flush that began here last, or NO_FLUSH."""


def number_of(flush: tuple[int, Callable[[], Session | None]]) -> int:
    """Return the number of *flush* while it runs, 0 once it is over."""
    number, session = flush
    # Another listener may end a flush before it began, and then no event tells.
    return number if number and orm.is_flushing(session()) else 0
