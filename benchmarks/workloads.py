"""The statements whose cost is compared, one after another on one connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import Engine, ForeignKey, Table, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.pool import StaticPool

if TYPE_CHECKING:
    from collections.abc import Callable

Work: TypeAlias = "Callable[[], object]"

IN_MEMORY = "sqlite://"
PARENTS = 100
KEY = 7


class Base(DeclarativeBase):
    """Registry of the benchmark's tables."""


class Parent(Base):
    """A row with a few columns and children."""

    __tablename__ = "querywatch_bench_parent"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    note: Mapped[str]
    children: Mapped[list[Child]] = relationship()


class Child(Base):
    """What is loaded lazily."""

    __tablename__ = "querywatch_bench_child"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey(Parent.id))


TABLE: Table = Base.metadata.tables[Parent.__tablename__]


def connect(url: str) -> Engine:
    """Return an engine on *url*; a database in memory is filled, any other has been."""
    if url != IN_MEMORY:
        return create_engine(url)
    # One connection for all threads: a database in memory ends with its connection.
    shared = {"check_same_thread": False}
    engine = create_engine(url, poolclass=StaticPool, connect_args=shared)
    fill(engine)
    return engine


def fill(engine: Engine) -> None:
    """Make the tables anew, with one child to each parent."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    keys = range(1, PARENTS + 1)
    with engine.begin() as connection:
        connection.execute(insert(Parent), [{"id": n, "name": f"{n}", "note": "-"} for n in keys])
        connection.execute(insert(Child), [{"id": n, "parent_id": n} for n in keys])


def core_select(engine: Engine) -> Work:
    """One row by key with a Core statement that is built once."""
    connection = engine.connect()
    statement = select(TABLE).where(TABLE.c.id == KEY)
    return lambda: connection.execute(statement).fetchall()


def core_select_anew(engine: Engine) -> Work:
    """One row by key with a Core statement built for every execution."""
    connection = engine.connect()
    return lambda: connection.execute(select(TABLE).where(TABLE.c.id == KEY)).fetchall()


def orm_select(engine: Engine) -> Work:
    """One mapped row by key."""
    session = Session(engine)
    statement = select(Parent).where(Parent.id == KEY)
    return lambda: session.scalars(statement).all()


def lazy_load(engine: Engine) -> Work:
    """One relationship, lazily."""
    session = Session(engine)
    parent = session.scalars(select(Parent)).first()

    def work() -> object:
        session.expire(parent, ["children"])
        return parent and parent.children

    return work


def n_plus_one(engine: Engine) -> Work:
    """One hundred parents and the children of each, lazily: 101 statements."""

    def work() -> object:
        with Session(engine) as session:
            return [len(parent.children) for parent in session.scalars(select(Parent))]

    return work


WORKLOADS: dict[str, Callable[[Engine], Work]] = {
    "core select": core_select,
    "core select anew": core_select_anew,
    "orm select": orm_select,
    "lazy load": lazy_load,
    "n+1": n_plus_one,
}
ONE_STATEMENT = frozenset({"core select", "core select anew", "orm select", "lazy load"})


def statements_of(name: str) -> int:
    """Return how many statements one call of a workload runs."""
    return 1 if name in ONE_STATEMENT else 1 + PARENTS


def calls_per_unit(name: str) -> int:
    """Return how many calls of a workload make one unit of work."""
    return 20 if name in ONE_STATEMENT else 1
