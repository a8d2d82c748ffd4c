"""Attaching and detaching: once, reversible, for every engine there is or will be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, StaticPool, create_engine, event, text
from sqlalchemy.orm import Session

import querywatch
from querywatch import QueryWatch, capture
from querywatch.capture import cursor_events, hooks
from querywatch.settings import Settings
from tests.capture.library import Author, library


def _listening(name: str, listener: Callable[..., Any]) -> bool:
    return event.contains(Engine, name, listener)


def test_attaching_listens_to_each_way_of_executing() -> None:
    """Three dialect events cover execute, executemany and execute without parameters."""
    capture.attach()

    assert all(_listening(name, listener) for name, listener in hooks._EVENTS)
    assert not any(_listening(name, listener) for name, listener in cursor_events._EVENTS)


def test_detaching_leaves_no_listener_behind() -> None:
    """After detach nothing of ours hangs on SQLAlchemy, whichever backend was used."""
    capture.attach("cursor")
    capture.attach("dialect")
    capture.detach()

    events = (*hooks._EVENTS, *cursor_events._EVENTS)
    assert not any(_listening(name, listener) for name, listener in events)


def test_attaching_several_times_records_a_statement_once() -> None:
    """Attaching is idempotent: the listeners are there once."""
    for _ in range(3):
        assert capture.attach() == "dialect"

    with library() as engine, querywatch.record() as recording, engine.connect() as connection:
        connection.execute(text("SELECT 1"))

    assert len(recording.report.queries) == 1


def test_detaching_several_times_does_no_harm() -> None:
    """Detaching what is detached changes nothing, and attaching works again afterwards."""
    capture.attach()
    for _ in range(3):
        capture.detach()

    with library() as engine, querywatch.record() as recording, engine.connect() as connection:
        connection.execute(text("SELECT 1"))

    assert len(recording.report.queries) == 1


def test_a_detached_capture_adds_nothing_to_an_open_recording() -> None:
    """A recording that is open while capture is detached stays as it is."""
    with library() as engine, querywatch.record() as recording, engine.connect() as connection:
        capture.detach()
        connection.execute(text("SELECT 1"))

    assert recording.report.queries == ()


@pytest.mark.parametrize("backend", ["dialect", "cursor"])
def test_engines_made_before_and_after_attaching_are_both_watched(backend: str) -> None:
    """Class-level listeners reach engines, connections and sessions that exist already."""
    before = create_engine("sqlite://", poolclass=StaticPool)
    with before.connect() as connection:
        settings = Settings.load(backend=backend)
        with QueryWatch(settings=settings).record() as recording:
            after = create_engine("sqlite://", poolclass=StaticPool)
            connection.execute(text("SELECT 1"))
            with after.connect() as other:
                other.execute(text("SELECT 2"))
    before.dispose()
    after.dispose()

    assert len(recording.report.queries) == 2


def test_naming_another_backend_changes_to_it() -> None:
    """The backend of the last one who named it is in use, and only that one."""
    assert capture.attach("dialect") == "dialect"
    assert capture.attach("cursor") == "cursor"
    assert capture.attach("auto") == "cursor"

    assert not any(_listening(name, listener) for name, listener in hooks._EVENTS)


def test_the_fallback_is_taken_where_the_hooks_see_nothing() -> None:
    """The feature test runs a real statement: a listener in front that takes it all is noticed."""

    def greedy(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
        context.dialect.do_execute(cursor, statement, parameters, context)
        return True

    event.listen(Engine, "do_execute", greedy)
    try:
        backend = capture.attach("auto")
        with library() as engine, querywatch.record() as recording, Session(engine) as session:
            session.get(Author, 1)
    finally:
        event.remove(Engine, "do_execute", greedy)

    assert backend == "cursor"
    assert len(recording.report.queries) == 1


def test_the_fallback_is_taken_where_the_hooks_break_a_statement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Hooks that raise are taken out again before the application meets them."""

    def broken(*arguments: object) -> bool:
        raise RuntimeError("not this SQLAlchemy")

    monkeypatch.setattr(hooks, "_EVENTS", (("do_execute", broken),))
    failures = capture.failures()

    assert capture.attach("auto") == "cursor"
    assert not _listening("do_execute", broken)
    assert capture.failures() == failures + 1


def test_nothing_is_recorded_without_a_recording() -> None:
    """Attached but without an open recording, a statement leaves no trace."""
    capture.attach()
    outside = capture.statements_outside()

    with library() as engine:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        with querywatch.record() as recording:
            pass

    assert recording.report.queries == ()
    assert capture.statements_outside() == outside
