"""The listener that runs once per statement, in the application's own thread or greenlet.

It listens to the dialect's `do_execute*` events: those cost nothing beside the call itself,
while any listener of an engine event makes every execution pay for four dispatches.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from querywatch.capture.listening import listen, unlisten
from querywatch.capture.record import keep
from querywatch.capture.state import (
    OpenRecording,
    current,
    failed,
    open_around,
    orphan_owner,
    units,
)

if TYPE_CHECKING:
    from collections.abc import Callable


_current = current.get
_units = units


def recording_here() -> OpenRecording | None:
    """Return the open recording that the running statement belongs to; it never raises."""
    recording = _current()
    if recording is None or recording.closed:
        return _elsewhere(recording) if _units else None
    return recording


def _elsewhere(recording: OpenRecording | None) -> OpenRecording | None:
    try:
        if recording is None:
            return orphan_owner()
        return open_around(recording)
    except Exception as bug:  # noqa: BLE001 - nothing of ours may reach the application
        failed(bug)
        return None


def _on_execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
    # The first lines stand here once more, not in a call: they run for every statement of the
    # process, whether anybody records or not.
    recording = _current()
    if recording is None or recording.closed:
        recording = _elsewhere(recording) if _units else None
    if recording is None:
        return None
    dialect = context.dialect
    listeners = dialect.dispatch.do_execute
    started = perf_counter()
    try:
        # `len(listeners) == 1`, which SQLAlchemy computes in Python.
        if len(listeners.parent_listeners) == 1 and not listeners.listeners:
            dialect.do_execute(cursor, statement, parameters, context)
        else:
            arguments = (cursor, statement, parameters, context)
            _run(listeners, _on_execute, dialect.do_execute, arguments)
    except BaseException as error:
        keep(recording, context, cursor, statement, started, error, 1)
        raise
    keep(recording, context, cursor, statement, started, None, 1)
    return True


def _on_executemany(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
    recording = recording_here()
    if recording is None:
        return None
    arguments = (cursor, statement, parameters, context)
    listeners = context.dialect.dispatch.do_executemany
    return _timed(recording, listeners, _on_executemany, context.dialect.do_executemany, arguments)


def _on_execute_no_params(cursor: Any, statement: str, context: Any) -> bool | None:
    recording = recording_here()
    if recording is None:
        return None
    arguments = (cursor, statement, context)
    listeners = context.dialect.dispatch.do_execute_no_params
    execute = context.dialect.do_execute_no_params
    return _timed(recording, listeners, _on_execute_no_params, execute, arguments)


def _timed(
    recording: OpenRecording,
    listeners: Any,
    ours: Callable[..., Any],
    execute: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> bool:
    cursor, context = arguments[0], arguments[-1]
    started = perf_counter()
    try:
        _run(listeners, ours, execute, arguments)
    except BaseException as error:
        keep(recording, context, cursor, arguments[1], started, error, 2)
        raise
    keep(recording, context, cursor, arguments[1], started, None, 2)
    return True


def _run(
    listeners: Any,
    ours: Callable[..., Any],
    execute: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> None:
    # Our `True` ends the dispatch, so the listeners behind us run from here: an application's
    # own retry or rewriting listener must work as if we were not there.
    behind = False
    for listener in listeners:
        if behind and listener(*arguments):
            return
        behind = behind or listener is ours
    execute(*arguments)


_EVENTS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("do_execute", _on_execute),
    ("do_executemany", _on_executemany),
    ("do_execute_no_params", _on_execute_no_params),
)


def attach() -> None:
    """Listen to every dialect of the process, those of existing engines included."""
    # SQLAlchemy has no `insert=True` for these events: a listener that was there first stays in
    # front of ours, and if it takes the statement for itself the feature test notices.
    listen(Engine, _EVENTS)


def detach() -> None:
    """Stop listening."""
    unlisten(Engine, _EVENTS)
