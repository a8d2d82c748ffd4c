"""Rows written one statement at a time that one flush or one executemany would write."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.orm import Session

from tests.scenarios.catalogue import loop, off_the_record, use
from tests.scenarios.models import Region, Tag

TOGETHER = "write the rows together: one flush() or commit(), after the loop"
MANY = "write the rows together: one execute(statement, [row, ...])"
DELETE = "delete the rows together: one delete() with .in_(ids)"
IDS = [1, 2, 3, 4]
NAMES = [f"name {number}" for number in IDS]
ROWS = [{"name": name} for name in NAMES]


def _one_flush(session: Session) -> None:
    session.add_all([Region(name=name) for name in NAMES])
    session.flush()


@loop("QW104", "INSERT regions", TOGETHER, queries=(4, 1), likely=True, count=4, cure=_one_flush)
def flush_per_row(session: Session, *options: Any) -> None:
    """A flush each, for the key of each."""
    for name in NAMES:
        session.add(Region(name=name))
        session.flush()  # used


@loop("QW104", "INSERT regions", TOGETHER, queries=(4, 1), likely=True, count=4, cure=_one_flush)
def commit_per_row(session: Session, *options: Any) -> None:
    """A transaction each."""
    for name in NAMES:
        session.add(Region(name=name))
        session.commit()  # used


@loop("QW104", "INSERT regions", TOGETHER, queries=(4, 1), likely=True, cure=_one_flush)
def savepoint_per_row(session: Session, *options: Any) -> None:
    """The savepoints are not counted, the inserts are."""
    for name in NAMES:
        with session.begin_nested():  # used
            session.add(Region(name=name))


def _four_regions(session: Session) -> list[Region]:
    with off_the_record():
        regions = [Region(name=name) for name in NAMES]
        session.add_all(regions)
        session.flush()
        return regions


def _deleted_at_once(session: Session) -> None:
    numbers = [region.id for region in _four_regions(session)]
    session.execute(delete(Region).where(Region.id.in_(numbers)))


@loop("QW104", "DELETE regions", TOGETHER, queries=(4, 1), likely=True, cure=_deleted_at_once)
def delete_and_flush_per_row(session: Session, *options: Any) -> None:
    """`session.delete()` with a flush each."""
    for region in _four_regions(session):
        session.delete(region)
        session.flush()  # used


def _changed_at_once(session: Session) -> None:
    for region in _four_regions(session):
        region.name += "!"
    session.flush()


@loop("QW104", "UPDATE regions", TOGETHER, queries=(4, 1), likely=True, cure=_changed_at_once)
def update_and_flush_per_row(session: Session, *options: Any) -> None:
    """Attributes set, and a flush each."""
    for region in _four_regions(session):
        region.name += "!"
        session.flush()  # used


@loop(
    "QW104", "INSERT regions", MANY, queries=(4, 1), cure=lambda s: s.execute(insert(REGIONS), ROWS)
)
def core_insert_per_row(session: Session, *options: Any) -> None:
    """Core, on the connection."""
    connection = session.connection()
    for name in NAMES:
        connection.execute(insert(REGIONS).values(name=name))  # used


REGIONS: Any = Region.__table__


@loop(
    "QW104", "INSERT regions", MANY, queries=(4, 1), cure=lambda s: s.execute(insert(Region), ROWS)
)
def orm_insert_per_row(session: Session, *options: Any) -> None:
    """`insert()` of a mapped class."""
    for row in ROWS:
        session.execute(insert(Region), row)  # used


RENAME = text("UPDATE regions SET name = 'same' WHERE id = :id")


@loop(
    "QW104",
    "UPDATE regions",
    MANY,
    queries=(4, 1),
    likely=True,
    cure=lambda s: s.execute(RENAME, [{"id": number} for number in IDS]),
)
def update_per_row(session: Session, *options: Any) -> None:
    """One update per key."""
    for number in IDS:
        session.execute(update(Region).where(Region.id == number).values(name="same"))  # used


@loop(
    "QW104",
    "DELETE regions",
    DELETE,
    queries=(4, 1),
    likely=True,
    cure=_deleted_at_once,
)
def delete_per_row(session: Session, *options: Any) -> None:
    """One delete per key."""
    for region in _four_regions(session):
        session.execute(delete(Region).where(Region.id == region.id))  # used


INSERT = text("INSERT INTO regions (name) VALUES (:name)")


@loop("QW104", "INSERT regions", MANY, queries=(4, 1), cure=lambda s: s.execute(INSERT, ROWS))
def text_insert_per_row(session: Session, *options: Any) -> None:
    """Plain SQL with a bound value."""
    for row in ROWS:
        session.execute(INSERT, row)  # used


@loop("QW104", "INSERT regions", MANY, queries=(4, 1), cure=lambda s: s.execute(INSERT, ROWS))
def driver_insert_per_row(session: Session, *options: Any) -> None:
    """Straight to the driver, the value written into the text."""
    connection = session.connection()
    for name in NAMES:
        connection.exec_driver_sql(f"INSERT INTO regions (name) VALUES ('{name}')")  # used


def _upsert(dialect: str) -> Any:
    if dialect == "mysql":
        return mysql.insert(REGIONS).on_duplicate_key_update(name=REGIONS.c.name)
    make: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(REGIONS).on_conflict_do_nothing(index_elements=["id"])


UPSERTS = [{"id": number, "name": "known"} for number in IDS]


@loop(
    "QW104",
    "INSERT regions",
    MANY,
    queries=(4, 1),
    cure=lambda s: s.connection().execute(_upsert(s.get_bind().dialect.name), UPSERTS),
)
def upsert_per_row(session: Session, *options: Any) -> None:
    """Written if it is not there, one at a time."""
    connection = session.connection()
    statement = _upsert(connection.dialect.name)
    for row in UPSERTS:
        connection.execute(statement, row)  # used


def _flushed_together(session: Session) -> None:
    with session.no_autoflush:
        for name in NAMES:
            session.add(Tag(name=name))
            use(session.scalars(select(Region).where(Region.name == name)).all())  # asked
    session.flush()


def _asked_before(session: Session) -> None:
    use(session.scalars(select(Region).where(Region.name.in_(NAMES))).all())
    for name in NAMES:
        session.add(Tag(name=name))
        session.flush()  # flushed


@loop(
    "QW104",
    "INSERT tags",
    TOGETHER,
    queries=(8, 5),
    likely=True,
    cure=_flushed_together,
    used="flushed",
)
@loop(
    "QW103",
    "SELECT regions",
    "fetch the rows once: .where(Region.name.in_(values))",
    queries=(8, 5),
    cure=_asked_before,
    used="asked",
)
def autoflush_before_every_query(session: Session, *options: Any) -> None:
    """Each query flushes what was added before it: two loops, written on one line."""
    for name in NAMES:
        session.add(Tag(name=name))
        use(session.scalars(select(Region).where(Region.name == name)).all())  # flushed, asked


def _merged_at_once(session: Session) -> None:
    known = session.scalars(select(Region).where(Region.id.in_(IDS))).all()
    with session.no_autoflush:
        for region in known:
            session.merge(Region(id=region.id, name="merged"))
    session.flush()


@loop(
    "QW103",
    "SELECT regions",
    "fetch the rows once: select(Region).where(Region.id.in_(ids))",
    queries=(5, 2),
    count=4,
    cure=_merged_at_once,
)
def merge_per_row(session: Session, *options: Any) -> None:
    """`session.merge()` asks for each row first."""
    with session.no_autoflush:
        for number in IDS:
            session.merge(Region(id=number, name="merged"))  # used
    session.flush()
