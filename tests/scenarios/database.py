"""What a scenario may ask about its database, and of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

T = TypeVar("T")


def found(one: T | None) -> T:
    """Return what was looked up; LookupError when there was nothing."""
    if one is None:
        raise LookupError
    return one


def dialect_of(session: Session) -> str:
    """Name the database, MariaDB as MySQL."""
    name = session.get_bind().dialect.name
    return "mysql" if name == "mariadb" else name


def batch_size(session: Session) -> int:
    """Return 1; MariaDB answers nothing else before a cursor has given all its rows."""
    return 100 if dialect_of(session) == "mysql" else 1


@contextmanager
def failing_once(session: Session) -> Iterator[None]:
    """Lose the connection, as far as the application can tell, at the first statement."""
    engine = session.connection().engine
    lost: list[str] = []

    def lose(cursor: object, statement: str, parameters: object, context: object) -> None:
        if not lost:
            lost.append(statement)
            raise OperationalError(statement, None, ConnectionError("connection lost"))

    event.listen(engine, "do_execute", lose)
    try:
        yield
    finally:
        event.remove(engine, "do_execute", lose)
