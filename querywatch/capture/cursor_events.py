"""The fallback: before/after_cursor_execute and handle_error.

Dearer than `hooks`, for a dialect or an application whose `do_execute` listeners conflict.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine

from querywatch.capture.hooks import recording_here
from querywatch.capture.listening import listen, unlisten
from querywatch.capture.record import keep
from querywatch.capture.state import failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine.interfaces import ExceptionContext

_STARTED: Final = "_querywatch_started"


def _before(  # noqa: PLR0917 - the signature of the event
    conn: Any,  # noqa: ARG001
    cursor: Any,  # noqa: ARG001
    statement: str,  # noqa: ARG001
    parameters: Any,  # noqa: ARG001
    context: Any,
    executemany: bool,  # noqa: ARG001, FBT001
) -> None:
    recording = recording_here()
    try:
        if recording is not None:
            setattr(context, _STARTED, (recording, perf_counter()))
    except Exception as bug:  # noqa: BLE001 - nothing of ours may reach the application
        failed(bug)


def _after(  # noqa: PLR0917
    conn: Any,  # noqa: ARG001
    cursor: Any,
    statement: str,
    parameters: Any,  # noqa: ARG001
    context: Any,
    executemany: bool,  # noqa: ARG001, FBT001
) -> None:
    _finish(context, cursor, statement, None)


def _on_error(failure: ExceptionContext) -> None:
    context = failure.execution_context
    if context is not None:
        _finish(
            context,
            getattr(context, "cursor", None),
            failure.statement or context.statement,
            failure.original_exception,
        )


def _finish(context: Any, cursor: Any, sql: str, error: BaseException | None) -> None:
    try:
        recording, started = context.__dict__.pop(_STARTED, (None, 0.0))
    except Exception as bug:  # noqa: BLE001 - nothing of ours may reach the application
        failed(bug)
        return
    if recording is not None:
        keep(recording, context, cursor, sql, started, error, 2)


_EVENTS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("before_cursor_execute", _before),
    ("after_cursor_execute", _after),
    ("handle_error", _on_error),
)


def attach() -> None:
    """Listen to every engine of the process."""
    listen(Engine, _EVENTS)


def detach() -> None:
    """Stop listening."""
    unlisten(Engine, _EVENTS)
