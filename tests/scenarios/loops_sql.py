"""The same without objects: values computed per row, Core, text and the driver's own SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from tests.scenarios.catalogue import loop, use
from tests.scenarios.models import Order, order_tags

IDS = [1, 2, 3, 4]
ORDERS: Any = Order.__table__
BEFORE = "fetch the rows for all of them once, before the loop"
COUNTS = "compute them once: .where(Order.customer_id.in_(ids)).group_by(Order.customer_id)"


def _orders(session: Session) -> None:
    use(session.scalars(select(Order).where(Order.customer_id.in_(IDS))).all())


def _counts(session: Session) -> None:
    counts = select(Order.customer_id, func.count()).where(Order.customer_id.in_(IDS))
    use(session.execute(counts.group_by(Order.customer_id)).all())


@loop("QW103", "SELECT orders", COUNTS, queries=(4, 1), cure=_counts)
def count_per_row(session: Session, *options: Any) -> None:
    """An aggregate per key is a GROUP BY."""
    for number in IDS:
        count = select(func.count()).select_from(Order).where(Order.customer_id == number)
        use(session.scalar(count))  # used


@loop("QW103", "SELECT orders", COUNTS, queries=(4, 1), cure=_counts)
def maximum_per_row(session: Session, *options: Any) -> None:
    """So is a maximum."""
    for number in IDS:
        use(session.scalar(select(func.max(Order.id)).where(Order.customer_id == number)))  # used


@loop("QW103", "SELECT SELECT orders", BEFORE, queries=(4, 1), likely=True, cure=_orders)
def exists_per_row(session: Session, *options: Any) -> None:
    """Asking whether there is one, one at a time."""
    for number in IDS:
        use(session.scalar(select(exists().where(Order.customer_id == number))))  # used


@loop(
    "QW103",
    "SELECT orders",
    "fetch the rows once: .where(orders.customer_id.in_(ids))",
    queries=(4, 1),
    cure=_orders,
)
def core_select_per_row(session: Session, *options: Any) -> None:
    """Core, on the connection."""
    connection = session.connection()
    for number in IDS:
        use(connection.execute(select(ORDERS).where(ORDERS.c.customer_id == number)).all())  # used


@loop(
    "QW103",
    "SELECT order_tags",
    "fetch the rows once: .where(tuple_(order_tags.order_id, order_tags.tag_id).in_(keys))",
    queries=(4, 1),
    likely=True,
    cure=lambda s: use(s.execute(select(order_tags)).all()),
)
def composite_key_per_row(session: Session, *options: Any) -> None:
    """A key of two columns."""
    table = order_tags.c
    for number in IDS:
        pair = select(order_tags).where(table.order_id == number, table.tag_id == number)
        use(session.execute(pair).all())  # used


BY_TEXT = "fetch the rows once: WHERE customer_id IN (...)"


@loop("QW103", "SELECT orders", BY_TEXT, queries=(4, 1), cure=_orders)
def text_with_a_bind(session: Session, *options: Any) -> None:
    """Plain SQL with a bound value."""
    orders = text("SELECT * FROM orders WHERE customer_id = :number")
    for number in IDS:
        use(session.execute(orders, {"number": number}).all())  # used


@loop("QW103", "SELECT orders", BY_TEXT, queries=(4, 1), cure=_orders)
def text_with_the_value_written_into_it(session: Session, *options: Any) -> None:
    """Four different texts, one statement."""
    for number in IDS:
        orders = text(f"SELECT * FROM orders WHERE customer_id = {number}")
        use(session.execute(orders).all())  # used


@loop("QW103", "SELECT orders", BY_TEXT, queries=(4, 1), cure=_orders)
def driver_sql(session: Session, *options: Any) -> None:
    """Straight to the driver."""
    connection = session.connection()
    for number in IDS:
        orders = f"SELECT id FROM orders WHERE customer_id = {number}"
        use(connection.exec_driver_sql(orders).all())  # used
