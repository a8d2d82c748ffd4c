"""The listener that runs once per statement, in the application's own thread or greenlet.

It listens to the dialect's `do_execute*` events: those cost nothing beside the call itself,
while any listener of an engine event makes every execution pay for four dispatches.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event

from querywatch.capture.record import keep
from querywatch.capture.state import (
    OpenRecording,
    current,
    failed,
    orphan_owner,
    units_open,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def recording_here() -> OpenRecording | None:
    """Return the open recording that the running statement belongs to; it never raises."""
    try:
        recording = current.get()
        if recording is None:
            return orphan_owner() if units_open() else None
        while recording is not None and recording.closed:
            recording = recording.outer
    except Exception as bug:  # noqa: BLE001 - nothing of ours may reach the application
        failed(bug)
        return None
    return recording


def _on_execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
    recording = recording_here()
    if recording is None:
        return None
    listeners = context.dialect.dispatch.do_execute
    execute = context.dialect.do_execute
    return _timed(
        recording, listeners, _on_execute, execute, context, (cursor, statement, parameters)
    )


def _on_executemany(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
    recording = recording_here()
    if recording is None:
        return None
    listeners = context.dialect.dispatch.do_executemany
    execute = context.dialect.do_executemany
    return _timed(
        recording, listeners, _on_executemany, execute, context, (cursor, statement, parameters)
    )


def _on_execute_no_params(cursor: Any, statement: str, context: Any) -> bool | None:
    recording = recording_here()
    if recording is None:
        return None
    listeners = context.dialect.dispatch.do_execute_no_params
    execute = context.dialect.do_execute_no_params
    return _timed(
        recording, listeners, _on_execute_no_params, execute, context, (cursor, statement)
    )


def _timed(  # noqa: PLR0917 - a call by name is dearer
    recording: OpenRecording,
    listeners: Any,
    ours: Callable[..., Any],
    execute: Callable[..., Any],
    context: Any,
    arguments: tuple[Any, ...],
) -> bool:
    started = perf_counter()
    try:
        if len(listeners) == 1 or not _ran_by_later(listeners, ours, context, arguments):
            execute(*arguments, context)
    except BaseException as error:
        keep(recording, context, arguments[0], (started, perf_counter()), error, 2)
        raise
    keep(recording, context, arguments[0], (started, perf_counter()), None, 2)
    return True


def _ran_by_later(
    listeners: Any, ours: Callable[..., Any], context: Any, arguments: tuple[Any, ...]
) -> bool:
    # Our `True` ends the dispatch, so the listeners behind us run from here: an application's
    # own retry or rewriting listener must work as if we were not there.
    behind = False
    for listener in listeners:
        if behind and listener(*arguments, context):
            return True
        behind = behind or listener is ours
    return False


_EVENTS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("do_execute", _on_execute),
    ("do_executemany", _on_executemany),
    ("do_execute_no_params", _on_execute_no_params),
)


def attach() -> None:
    """Listen to every dialect of the process, those of existing engines included."""
    # SQLAlchemy has no `insert=True` for these events: a listener that was there first stays in
    # front of ours, and if it takes the statement for itself the feature test notices.
    for name, listener in _EVENTS:
        if not event.contains(Engine, name, listener):
            event.listen(Engine, name, listener)


def detach() -> None:
    """Stop listening."""
    for name, listener in _EVENTS:
        if event.contains(Engine, name, listener):
            event.remove(Engine, name, listener)
