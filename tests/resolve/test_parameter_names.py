"""What a parameter is compared with is named as the application would write it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

import querywatch
from tests.capture.library import Author, Book, library


class Base(DeclarativeBase):
    """Registry of the people."""


class Person(Base):
    """Anyone."""

    __tablename__ = "persons"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "person"}  # noqa: RUF012
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]


class Singer(Person):
    """A person in the same table."""

    __mapper_args__ = {"polymorphic_identity": "singer"}  # noqa: RUF012


def _names(statement: Any) -> list[str]:
    with library() as engine, Session(engine) as session:
        Base.metadata.create_all(engine)
        with querywatch.record() as recording:
            session.execute(statement).all()
    (query,) = recording.report.queries
    return [parameter.name for parameter in query.parameters]


@pytest.mark.parametrize("_again", [1, 2])
def test_a_column_is_named_by_the_class_that_was_selected(_again: int) -> None:
    """On a second engine, which has compiled objects of its own, as on the first."""
    statement = select(Book).where(Book.title == "Emma", Book.id > 0)

    assert _names(statement) == ["Book.title", "Book.id"]


def test_a_column_is_named_by_a_class_that_is_only_compared() -> None:
    """`Author` is not selected; its column is the application's `Author.name` all the same."""
    statement = select(Book).join(Author).where(Author.name == "Austen", Book.id > 0)

    assert _names(statement) == ["Author.name", "Book.id"]


def test_a_column_of_a_table_keeps_the_name_of_the_table() -> None:
    """Core knows no class, even where one is mapped to the very same text."""
    table = Book.__table__

    assert _names(select(Book.id).where(Book.id == 1)) == ["Book.id"]
    assert _names(select(table.c.id).where(table.c.id == 1)) == ["books.id"]


def test_an_inherited_column_is_named_by_the_class_it_was_written_with() -> None:
    """Both classes have the column: the one that is compared gives the name."""
    statement = select(Singer).where(Person.name == "Callas")

    assert _names(statement)[0] == "Person.name"
