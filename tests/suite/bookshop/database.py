"""Sessions, and what the shop has on its shelves."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session, sessionmaker

from .models import (
    Address,
    Author,
    Award,
    Base,
    Book,
    Category,
    Customer,
    Order,
    OrderLine,
    Publisher,
    Review,
)

Sessions = sessionmaker()
SIZE = 4


def open_session() -> Iterator[Session]:
    """Lend a session to one request."""
    with Sessions() as session:
        yield session


def stock(session: Session) -> None:
    """Fill the shop: four of everything, each with one of what belongs to it."""
    for number in range(1, SIZE + 1):
        one = {"name": f"number {number}"}
        book = Book(**one, author=Author(**one, awards=[Award(**one)]), reviews=[Review(**one)])
        order = Order(**one, lines=[OrderLine(**one, book=book)])
        session.add_all(
            [
                Publisher(**one, books=[book]),
                Category(**one, books=[book]),
                Customer(**one, orders=[order], addresses=[Address(**one)]),
            ]
        )
    session.commit()


def size(related: list[Base] | Base | None) -> int:
    """Count what a relationship holds."""
    if isinstance(related, list):
        return len(related)
    return 0 if related is None else 1
