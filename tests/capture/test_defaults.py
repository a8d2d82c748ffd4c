"""Sequences and defaults: executed in the context of another statement, or in one of their own."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Integer, MetaData, Sequence, Table, event, func, literal, select

import querywatch
from querywatch import capture
from tests.databases import Database, sync_databases

POSTGRESQL = [one for one in sync_databases() if "postgresql" in str(one.id)]


@pytest.mark.parametrize("database", POSTGRESQL)
def test_a_sequence_executed_by_itself_is_a_query(database: Database) -> None:
    """SQLAlchemy gives it a context that knows neither a statement nor parameters."""
    numbers = Sequence("numbers", metadata=MetaData())
    failures = capture.failures()
    with database.engine() as engine, engine.begin() as connection:
        numbers.create(connection)
        with querywatch.record() as recording:
            connection.scalar(numbers)

    assert [query.statement for query in recording.report.queries] == ["SELECT nextval(?)"]
    assert capture.failures() == failures


@pytest.mark.parametrize("database", POSTGRESQL)
def test_a_default_executed_before_its_insert_is_not_taken_for_the_insert(
    database: Database,
) -> None:
    """It runs in the insert's context, before that has a statement."""
    rows = Table(
        "entries",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("n", Integer, default=select(func.max(literal(3)))),
        implicit_returning=False,
    )
    with database.engine() as engine, engine.begin() as connection:
        rows.create(connection)
        with querywatch.record() as recording:
            connection.execute(rows.insert())

    operations = [query.statement.split()[0] for query in recording.report.queries]
    assert operations == ["SELECT", "INSERT"]


@pytest.mark.parametrize("database", sync_databases())
def test_an_insert_that_a_listener_rewrote_is_still_the_insert(database: Database) -> None:
    """A comment in front of it, say."""
    rows = Table("entries", MetaData(), Column("id", Integer, primary_key=True))
    with database.engine() as engine, engine.begin() as connection:
        rows.create(connection)

        @event.listens_for(engine, "before_cursor_execute", retval=True)
        def _comment(
            conn: object, cursor: object, statement: str, parameters: object, *_: object
        ) -> tuple[str, object]:
            return f"/* traced */ {statement}", parameters

        with querywatch.record() as recording:
            connection.execute(rows.insert().values(id=1))

    assert [query.statement for query in recording.report.queries] == [
        "INSERT INTO entries (id) VALUES (?)"
    ]
