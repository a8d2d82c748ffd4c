"""Loops that look almost like a page, a batch or a chunk, and are none."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.scenarios.catalogue import loop, off_the_record, use
from tests.scenarios.database import failing_once
from tests.scenarios.models import Item, Order, Region, Visit

ORDERS = (1, 2, 3, 4)


def _counted_at_once(session: Session) -> None:
    half = (Item.id - 1) / 2
    use(session.execute(select(half, func.count(Item.id)).where(Item.id < 9).group_by(half)).all())


@loop(
    "QW103",
    "SELECT items",
    "fetch the rows for all of them once, before the loop",
    queries=(4, 1),
    likely=True,
    cure=_counted_at_once,
)
def one_count_per_range(session: Session, *options: Any) -> None:
    """Ranges that adjoin: rows of them are pages, numbers of them are a GROUP BY."""
    for low in range(1, 9, 2):
        counted = select(func.count(Item.id)).where(Item.id >= low, Item.id < low + 2)
        use(session.scalar(counted))  # used


def _ranged_at_once(session: Session) -> None:
    use(session.scalars(select(Item)).all())


@loop(
    "QW103",
    "SELECT items",
    "fetch the rows for all of them once, before the loop",
    queries=(4, 1),
    likely=True,
    cure=_ranged_at_once,
)
def ranges_that_overlap(session: Session, *options: Any) -> None:
    """Neighbours of each: no list in pages."""
    for number in ORDERS:
        near = select(Item).where(Item.id > number - 1, Item.id < number + 2)
        use(session.scalars(near).all())  # used


def _listed_at_once(session: Session) -> None:
    use(session.scalars(select(Item).where(Item.id.in_([1, 2, 3, 4, 5]))).all())


@loop(
    "QW103",
    "SELECT items",
    "fetch the rows once: .where(Item.id.in_(ids))",
    queries=(3, 1),
    cure=_listed_at_once,
)
def lists_that_overlap(session: Session, *options: Any) -> None:
    """The same keys again: lists of one size, but no batches."""
    for ids in ([1, 2], [2, 3], [4, 5]):
        use(session.scalars(select(Item).where(Item.id.in_(ids))).all())  # used


@loop(
    "QW103",
    "SELECT items",
    "fetch the rows once: .where(Item.id.in_(ids))",
    queries=(3, 1),
    cure=_listed_at_once,
)
def lists_of_many_sizes(session: Session, *options: Any) -> None:
    """What each parent refers to, asked for parent by parent."""
    for ids in ([1], [2, 3, 4], [5, 6]):
        use(session.scalars(select(Item).where(Item.id.in_(ids))).all())  # used


def _deleted_at_once(session: Session) -> None:
    session.execute(delete(Item).where(Item.order_id.in_(ORDERS)))


@loop(
    "QW104",
    "DELETE items",
    "delete the rows together: one delete() with .in_(ids)",
    queries=(4, 1),
    likely=True,
    cure=_deleted_at_once,
)
def deletion_of_several_rows_per_parent(session: Session, *options: Any) -> None:
    """Two rows each, told by a key that one list could hold."""
    for number in ORDERS:
        session.execute(delete(Item).where(Item.order_id == number))  # used


def _updated_at_once(session: Session) -> None:
    session.execute(update(Order).where(Order.id.in_(ORDERS)).values(status="sent"))


@loop(
    "QW104",
    "UPDATE orders",
    "write the rows together: one execute(statement, [row, ...])",
    queries=(4, 1),
    likely=True,
    cure=_updated_at_once,
)
def update_by_a_list_of_one_key_each(session: Session, *options: Any) -> None:
    """IN lists, and one row each."""
    for number in ORDERS:
        sent = update(Order).where(Order.id.in_([number])).values(status="sent")
        session.execute(sent)  # used


def _asked_once(session: Session) -> None:
    use(session.scalars(select(Visit).where(Visit.shop.in_(["north", "south", "west"]))).all())


@loop(
    "QW103",
    "SELECT visits",
    "fetch the rows once, the first of each by row_number() over (PARTITION BY Visit.shop)",
    queries=(3, 1),
    likely=True,
    cure=_asked_once,
)
def first_page_of_each_list(session: Session, *options: Any) -> None:
    """A limit, and yet no walk through one list."""
    for shop in ("north", "south", "west"):
        first = select(Visit).where(Visit.shop == shop).order_by(Visit.number).limit(2)
        use(session.scalars(first).all())  # used


STATUS = text("SELECT status FROM orders WHERE id = 1")


def _tried(session: Session, successes: int) -> None:
    left = successes
    use(session.connection())
    with failing_once(session):
        while left:
            with suppress(DBAPIError):
                use(session.execute(STATUS).all())  # used
                left -= 1


@loop(
    "QW201",
    "SELECT orders",
    "run it once and keep the result",
    queries=(3, 2),
    cure=lambda session: _tried(session, 1),
    where=(_tried,),
)
def the_same_read_after_a_failed_one(session: Session, *options: Any) -> None:
    """One try that failed, two that did not: the first of these was enough."""
    _tried(session, 2)


def _in_one_chunk(session: Session) -> None:
    session.execute(insert(Region), [{"name": f"fresh {n}"} for n in range(4)])


@loop(
    "QW104",
    "INSERT regions",
    "write the rows together: one execute(statement, [row, ...])",
    queries=(4, 1),
    cure=_in_one_chunk,
)
def chunks_of_one(session: Session, *options: Any) -> None:
    """Lists of rows, and one row each."""
    with off_the_record():
        use(session.connection())
    for n in range(4):
        session.execute(insert(Region), [{"name": f"fresh {n}"}])  # used
