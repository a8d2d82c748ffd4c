"""What a recording keeps alive: values and objects, never longer than the recording."""

from __future__ import annotations

import gc
import weakref
from typing import Any

from sqlalchemy import String, TypeDecorator, bindparam, select, text
from sqlalchemy.orm import Session

import querywatch
from tests.capture.library import Author, library


class Secret(str):
    """A string one can hold a weak reference to."""

    __slots__ = ("__weakref__",)


class Opaque(TypeDecorator[Any]):
    """Hands the application's own object down to the driver as a string."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """Leave the value as it is."""
        return value


def test_values_are_dropped_when_the_recording_ends() -> None:
    """A value bound as a parameter can be collected after the block, the report still alive."""
    secret = Secret("s3cret")
    alive = weakref.ref(secret)
    statement = text("SELECT id FROM authors WHERE name = :name").bindparams(
        bindparam("name", type_=Opaque())
    )

    with library() as engine, querywatch.record() as recording, engine.connect() as connection:
        connection.execute(statement, {"name": secret}).all()
        del secret
        gc.collect()
        during = alive() is not None
    gc.collect()

    assert during
    assert alive() is None
    assert len(recording.report.queries) == 1


def test_the_report_holds_no_value() -> None:
    """Equal and different can be told, but nothing of a value is in the report."""
    bait = "s3cret"
    sql = f"SELECT id FROM authors WHERE name = '{bait}'"

    with library() as engine, querywatch.record() as recording, Session(engine) as session:
        session.scalars(select(Author).where(Author.name == bait)).all()
        session.connection().exec_driver_sql(sql)
        session.execute(text(sql))

    assert bait not in repr(recording.report)
    assert bait not in recording.report.to_json()


def test_what_is_written_is_not_kept_even_while_recording() -> None:
    """Written values may be megabytes and are never compared."""
    blob = Secret("x" * 1_000)
    alive = weakref.ref(blob)

    with library() as engine, querywatch.record(), engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO authors (name) VALUES (?)", (blob,))
        del blob
        gc.collect()
        during = alive()

    assert during is None


def test_mapped_objects_are_not_kept_alive() -> None:
    """An object whose relationship was loaded is gone as soon as the application drops it."""
    with library() as engine, querywatch.record(), Session(engine) as session:
        author = session.get(Author, 1)
        assert author is not None
        assert author.books
        alive = weakref.ref(author)
        session.expunge_all()
        del author
        gc.collect()
        during = alive()

    assert during is None


def test_sessions_and_connections_are_not_kept_alive() -> None:
    """Neither is reachable from a recording, open as it may still be."""
    with library() as engine, querywatch.record():
        session = Session(engine)
        session.add(Author(name="new"))
        session.flush()
        connection = session.connection()
        alive: list[weakref.ref[Any]] = [weakref.ref(session), weakref.ref(connection)]
        session.close()
        del session, connection
        gc.collect()
        during = [reference() for reference in alive]

    assert during == [None, None]


def test_a_list_that_the_application_changes_later_keeps_its_first_values() -> None:
    """Parameters of driver SQL are copied: reusing one dictionary makes no duplicates."""
    with library() as engine, querywatch.record() as recording, engine.connect() as connection:
        values = {"id": 0}
        for number in (1, 2):
            values["id"] = number
            connection.exec_driver_sql("SELECT id FROM authors WHERE id = :id", values).all()

    first, second = (query.values for query in recording.report.queries)
    assert first != second
