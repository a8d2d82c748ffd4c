"""Other people's listeners work as if querywatch were not there: once each, and in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import querywatch
from querywatch import QueryWatch, Report, capture
from querywatch.settings import Settings
from tests.capture.library import Author, library

Listener = Callable[..., Any]


@contextmanager
def listening(target: Any, name: str, listener: Listener, **options: Any) -> Iterator[None]:
    """Listen to *name* for the length of a block."""
    event.listen(target, name, listener, **options)
    try:
        yield
    finally:
        event.remove(target, name, listener)


def noting(notes: list[str], note: str, *, answer: bool = False) -> Listener:
    """Make a listener that writes *note* down and executes the statement itself if True."""

    def listener(cursor: Any, statement: str, *rest: Any) -> bool | None:
        notes.append(note)
        if answer:
            cursor.execute(statement, *rest[:-1])
        return answer

    return listener


def test_listeners_before_ours_behind_ours_and_of_one_engine_all_run() -> None:
    """Each listener of `do_execute` runs exactly once, in the order SQLAlchemy gives them."""
    notes: list[str] = []

    with library() as engine, listening(Engine, "do_execute", noting(notes, "before")):
        capture.attach("dialect")
        with (
            listening(Engine, "do_execute", noting(notes, "behind")),
            listening(engine, "do_execute", noting(notes, "engine")),
            querywatch.record() as recording,
            engine.connect() as connection,
        ):
            answer = connection.execute(text("SELECT 7")).scalar()

    assert notes == ["before", "behind", "engine"]
    assert answer == 7
    assert len(recording.report.queries) == 1


def test_the_order_is_the_same_without_a_recording() -> None:
    """With nothing recorded, the same listeners run in the same order."""
    notes: list[str] = []

    with library() as engine, listening(Engine, "do_execute", noting(notes, "before")):
        capture.attach("dialect")
        with (
            listening(Engine, "do_execute", noting(notes, "behind")),
            listening(engine, "do_execute", noting(notes, "engine")),
            engine.connect() as connection,
        ):
            connection.execute(text("SELECT 7"))

    assert notes == ["before", "behind", "engine"]


def test_a_listener_that_executes_by_itself_ends_the_chain() -> None:
    """Returning True means executed: the listeners behind it and the driver are not called."""
    notes: list[str] = []

    with library() as engine:
        capture.attach("dialect")
        with (
            listening(engine, "do_execute", noting(notes, "mine", answer=True)),
            listening(engine, "do_execute", noting(notes, "never")),
            querywatch.record() as recording,
            engine.connect() as connection,
        ):
            answer = connection.execute(text("SELECT 7")).scalar()

    assert notes == ["mine"]
    assert answer == 7
    assert len(recording.report.queries) == 1


@pytest.mark.parametrize("error", [RuntimeError("no"), StopIteration("no"), KeyboardInterrupt()])
def test_a_listener_that_raises_is_heard(error: BaseException) -> None:
    """What a listener raises reaches the application as it is, and the statement is recorded."""

    def refuse(*arguments: Any) -> None:
        raise error

    with library() as engine:
        capture.attach("dialect")
        with (
            listening(engine, "do_execute", refuse),
            querywatch.record() as recording,
            engine.connect() as connection,
            pytest.raises(type(error)) as raised,
        ):
            connection.execute(text("SELECT 7"))

    assert raised.value is error
    assert [query.error for query in recording.report.queries] == [type(error).__name__]


def test_executemany_listeners_run_once() -> None:
    """The chain holds for `do_executemany` too."""
    notes: list[str] = []

    with library() as engine:
        capture.attach("dialect")
        with (
            listening(engine, "do_executemany", noting(notes, "many")),
            querywatch.record() as recording,
            engine.begin() as connection,
        ):
            connection.execute(insert(Author), [{"name": "a"}, {"name": "b"}])

    assert notes == ["many"]
    assert [query.size for query in recording.report.queries] == [2]


def test_listeners_of_statements_without_parameters_run_once() -> None:
    """The chain holds for `do_execute_no_params` too, and the statement is recorded."""
    notes: list[str] = []

    with library() as engine:
        capture.attach("dialect")
        with (
            listening(engine, "do_execute_no_params", noting(notes, "bare")),
            querywatch.record() as recording,
            engine.connect() as connection,
        ):
            bare = connection.execution_options(no_parameters=True)
            answer = bare.exec_driver_sql("SELECT 7").scalar()

    assert notes == ["bare"]
    assert answer == 7
    assert len(recording.report.queries) == 1


@pytest.mark.parametrize("backend", ["dialect", "cursor"])
def test_a_rewritten_statement_is_sent_and_keeps_its_shape(backend: str) -> None:
    """A trace comment added on the way reaches the driver and not the fingerprint."""
    sent: list[str] = []

    def comment(conn: Any, cursor: Any, sql: str, values: Any, *rest: Any) -> tuple[str, Any]:
        return f"{sql} /* trace {len(sent)} */", values

    def note(cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    with library() as engine:
        watch = QueryWatch(settings=Settings.load(backend=backend))
        with (
            listening(engine, "before_cursor_execute", comment, retval=True),
            listening(engine, "do_execute", note),
            watch.record() as recording,
            Session(engine) as session,
        ):
            for number in (1, 2):
                session.get(Author, number)

    assert [text.rpartition("/*")[2] for text in sent] == [" trace 0 */", " trace 1 */"]
    assert len({query.statement for query in recording.report.queries}) == 1


@pytest.mark.parametrize("backend", ["dialect", "cursor"])
def test_an_error_is_the_same_error_and_is_recorded(backend: str) -> None:
    """SQLAlchemy's exception, its statement and the `handle_error` listeners are untouched."""
    handled: list[Any] = []

    with library() as engine:
        watch = QueryWatch(settings=Settings.load(backend=backend))
        with (
            listening(engine, "handle_error", handled.append),
            watch.record() as recording,
            engine.connect() as connection,
        ):
            with pytest.raises(OperationalError) as raised:
                connection.execute(text("SELECT :n FROM nowhere"), {"n": 1})
            connection.execute(text("SELECT 1"))

    assert raised.value.statement == "SELECT ? FROM nowhere"
    assert raised.value.params == (1,)
    assert [type(failure.sqlalchemy_exception) for failure in handled] == [OperationalError]
    assert _errors(recording.report) == ["sqlite3.OperationalError", None]


def _errors(report: Report) -> list[str | None]:
    return [query.error for query in report.queries]
