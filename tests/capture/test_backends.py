"""The fallback sees what the hooks see: the same program gives the same queries."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, joinedload, selectinload

from querywatch import Query, QueryWatch
from querywatch.settings import Settings
from tests.capture.library import Author, Base, Book, stock

_VARYING = {"started", "duration", "flush"}


def _program(engine: Engine) -> None:
    """Do a little of everything the ORM and Core can do."""
    with Session(engine) as session:
        for author in session.scalars(select(Author).order_by(Author.id)):
            for book in author.books:
                book.blurb  # noqa: B018 - reading it loads it
        session.scalars(select(Author).options(selectinload(Author.books))).all()
        session.scalars(select(Book).options(joinedload(Book.author))).all()
        session.expire_all()
        session.get(Author, 2)
        session.add_all(Book(title=f"new {n}", author_id=1) for n in range(5))
        session.commit()
        session.execute(insert(Author), [{"name": "x"}, {"name": "y"}])
        session.execute(select(Book.id).where(Book.id.in_([1, 2, 3])))
        with session.begin_nested():
            session.execute(text("SELECT id FROM books WHERE id = :id"), {"id": 2})
        session.connection().exec_driver_sql("SELECT id FROM books")
    with engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text("SELECT no FROM such_table"))


def _run(engine: Engine, backend: str) -> list[dict[str, Any]]:
    Base.metadata.drop_all(engine)
    stock(engine)
    with QueryWatch(settings=Settings.load(backend=backend)).record() as recording:
        _program(engine)
    return [_comparable(query) for query in recording.report.queries]


def _comparable(query: Query) -> dict[str, Any]:
    values = query._asdict()
    values["in a flush"] = query.flush > 0
    # Runs are numbered for the whole process; `parent` says the same in numbers of one recording.
    values["load"] = query.load and (query.load.subject, query.load.path)
    values["run"] = query.run >= 0
    return {name: value for name, value in values.items() if name not in _VARYING}


def test_both_backends_record_the_same_queries(engine: Engine) -> None:
    """Statement, origin, place, values, parents, errors: field by field, only times differ."""
    by_hooks, by_events = (_run(engine, backend) for backend in ("dialect", "cursor"))

    assert len(by_hooks) >= 20
    assert by_events == by_hooks
