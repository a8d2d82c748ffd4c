"""What counts as one query, and what is kept apart from queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from sqlalchemy import Engine, StaticPool, create_engine, event, insert, inspect, select, text
from sqlalchemy.orm import Session

import querywatch
from querywatch import QueryWatch, capture
from querywatch.settings import Settings
from tests.capture.library import Author, Base, Book, library

BACKENDS = pytest.mark.parametrize("backend", ["dialect", "cursor"])


def _watch(backend: str) -> QueryWatch:
    return QueryWatch(settings=Settings.load(backend=backend))


@BACKENDS
@pytest.mark.parametrize("rows", [50, 2_500])
def test_the_batches_of_one_insert_are_one_query(backend: str, rows: int) -> None:
    """A flush of many new objects is one query, however many statements the driver needs."""
    with (
        library(authors=1) as engine,
        Session(engine) as session,
        _watch(backend).record() as recording,
    ):
        session.add_all(Book(title=f"{n}", author_id=1) for n in range(rows))
        session.flush()

    (query,) = recording.report.queries
    assert (query.origin, query.size) == ("flush", rows)


def test_two_inserts_in_a_row_are_two_queries() -> None:
    """Batches are told apart by their execution, not by an id() that is used again."""
    with (
        library(authors=1) as engine,
        engine.begin() as connection,
        querywatch.record() as recording,
    ):
        for _ in range(5):
            rows = [{"title": f"{n}", "author_id": 1} for n in range(20)]
            connection.execute(insert(Book).returning(Book.id), rows)

    assert [query.size for query in recording.report.queries] == [20] * 5


def test_an_executemany_is_one_query_of_its_size() -> None:
    """Many parameter sets in one call of the driver are one query."""
    with library() as engine, engine.begin() as connection, querywatch.record() as recording:
        connection.execute(insert(Author), [{"name": f"{n}"} for n in range(30)])
        connection.exec_driver_sql("INSERT INTO authors (name) VALUES (?)", [("a",), ("b",)])
        connection.execute(insert(Author), [{"name": "alone"}])

    assert [query.size for query in recording.report.queries] == [30, 2, 1]


def test_the_time_of_a_query_is_the_time_of_all_its_batches() -> None:
    """The seconds of 50 batches are added up, and all of them lie within the recording."""
    with (
        library(authors=1) as engine,
        Session(engine) as session,
        querywatch.record() as recording,
    ):
        session.add_all(Book(title=f"{n}", author_id=1) for n in range(50))
        session.flush()

    (query,) = recording.report.queries
    assert 0 < query.duration < recording.report.recording.duration


@BACKENDS
def test_a_statement_without_parameters_is_a_query(backend: str) -> None:
    """The execution option `no_parameters` takes another way to the driver."""
    with (
        library() as engine,
        engine.connect() as connection,
        _watch(backend).record() as recording,
    ):
        bare = connection.execution_options(no_parameters=True)
        bare.exec_driver_sql("SELECT id FROM authors")

    assert [query.origin for query in recording.report.queries] == ["driver"]


@BACKENDS
def test_savepoints_and_settings_are_kept_apart(backend: str) -> None:
    """SAVEPOINT, RELEASE, PRAGMA and their like are counted as set-up and never as queries."""
    with library() as engine, Session(engine) as session:
        session.connection()
        with _watch(backend).record() as recording:
            with session.begin_nested():
                session.execute(text("PRAGMA foreign_keys"))
            session.execute(text("/* why */ pragma foreign_keys"))

    assert recording.report.queries == ()
    assert recording.report.recording.setup_statements == 4


@pytest.mark.parametrize("backend", ["dialect", "cursor"])
def test_savepoints_are_kept_as_cheaply_as_can_be(backend: Literal["dialect", "cursor"]) -> None:
    """SQLAlchemy compiles each anew: by its text it is one, and no frame is looked at for it."""
    with library() as engine:
        capture.attach(backend)
        opened = capture.begin()
        for _ in range(2):
            with Session(engine) as session, session.begin_nested() as nested:
                session.scalars(select(Author)).all()
                nested.rollback()
        capture.end(opened)

    saving, reading, restoring, *again = [record[0] for record in opened.records]
    assert [one.sql.split(" ", 1)[0] for one in (saving, restoring)] == ["SAVEPOINT", "ROLLBACK"]
    assert again == [saving, reading, restoring]
    assert [record[5] == () for record in opened.records] == [True, False, True] * 2


def test_words_that_begin_like_set_up_are_queries() -> None:
    """Only whole words are set-up: a table named `settings` is read like any other."""
    with library() as engine, engine.connect() as connection:
        connection.execute(text("CREATE TABLE settings (id INTEGER)"))
        with querywatch.record() as recording:
            connection.execute(text("SELECT id FROM settings"))

    assert len(recording.report.queries) == 1
    assert recording.report.recording.setup_statements == 0


def test_the_first_words_of_a_new_connection_are_kept_apart(engine: Engine) -> None:
    """What a dialect asks on its first connection is no query of the application."""
    with querywatch.record() as recording, engine.connect() as connection:
        connection.execute(text("SELECT 1"))

    assert [query.statement for query in recording.report.queries] == ["SELECT ?"]


def test_looks_into_the_catalog_of_sqlite_are_kept_apart() -> None:
    """Reflection on SQLite asks by PRAGMA."""
    with library() as engine, querywatch.record() as recording:
        inspect(engine).get_columns("authors")

    assert recording.report.queries == ()


@pytest.mark.parametrize(
    ("act", "origin"),
    [
        (lambda session: session.scalars(select(Author)).all(), "select"),
        (lambda session: session.get(Author, 1), "get"),
        (lambda session: session.execute(select(Author.__table__)), "core"),
        (lambda session: session.execute(text("SELECT id FROM authors")), "text"),
        (lambda session: session.connection().exec_driver_sql("SELECT 1"), "driver"),
        (lambda session: session.execute(insert(Author).values(name="b")), "bulk"),
        (lambda session: (session.add(Author(name="a")), session.flush()), "flush"),
    ],
)
def test_each_kind_of_act_is_told_by_its_origin(
    act: Callable[[Session], object], origin: str
) -> None:
    """What the application did is told apart, whatever the statement looks like."""
    with library() as engine, Session(engine) as session, querywatch.record() as recording:
        act(session)

    assert [query.origin for query in recording.report.queries] == [origin]


def test_a_flush_that_another_listener_refuses_leaves_no_trace() -> None:
    """What runs after a flush that never began is not taken for a part of it."""

    def refuse(*arguments: object) -> None:
        raise ValueError("not today")

    with library() as engine, querywatch.record() as recording, Session(engine) as session:
        event.listen(session, "before_flush", refuse)
        session.add(Author(name="new"))
        with pytest.raises(ValueError, match="not today"):
            session.flush()
        with Session(engine) as other:
            other.scalars(select(Author)).all()

    assert [query.origin for query in recording.report.queries] == ["select"]


def test_two_flushes_are_told_apart() -> None:
    """The rows of one flush share a number that no other flush has."""
    with library() as engine, querywatch.record() as recording, Session(engine) as session:
        for name in ("a", "b"):
            session.add_all([Author(name=name), Author(name=name + name)])
            session.flush()
        session.scalars(select(Author)).all()

    first, second, plain = (query.flush for query in recording.report.queries)
    assert first > 0
    assert second > first
    assert plain == 0


def test_schema_statements_are_queries_of_a_recording() -> None:
    """DDL reaches the driver and is counted."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with querywatch.record() as recording:
        Base.metadata.tables["authors"].create(engine, checkfirst=False)
    engine.dispose()

    assert [query.statement.split()[0] for query in recording.report.queries] == ["CREATE"]
