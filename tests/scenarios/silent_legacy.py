"""The Query of SQLAlchemy 1.x, and SQL written by hand."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session, joinedload, selectinload

from tests.scenarios.catalogue import silent
from tests.scenarios.database import dialect_of
from tests.scenarios.models import Customer, Item, Order, Tag


@silent
def a_legacy_query_with_selectinload_runs_two_statements(session: Session) -> object:
    """Query.options() works as select().options() does."""
    orders = session.query(Order).options(selectinload(Order.items))
    return [item.sku for order in orders for item in order.items]


@silent
def a_legacy_query_with_joinedload_runs_one_statement(session: Session) -> object:
    """All of a to-one relationship in one select."""
    orders = session.query(Order).options(joinedload(Order.customer)).all()
    return [order.customer.name for order in orders]


@silent
def counts_by_legacy_queries_of_different_tables_are_no_loop(session: Session) -> object:
    """Query.count() wraps the query into a subquery."""
    return [session.query(model).count() for model in (Order, Customer, Item, Tag)]


@silent
def slices_of_a_legacy_query_are_one_list(session: Session) -> object:
    """Query[a:b] is LIMIT and OFFSET."""
    return [session.query(Item).order_by(Item.id)[start : start + 2] for start in (0, 2, 4, 6)]


@silent
def a_legacy_query_that_updates_all_rows_is_one_write(session: Session) -> None:
    """Query.update() and Query.delete(), once each."""
    session.query(Order).filter(Order.id < 3).update({"status": "sent"})
    session.query(Item).filter(Item.order_id < 3).delete()


@silent
def a_legacy_query_by_yield_per_is_one_statement(session: Session) -> object:
    """Rows come as they are fetched."""
    return [order.status for order in session.query(Order).yield_per(1)]


@silent
def pages_by_offset_written_into_the_text_are_one_list(session: Session) -> object:
    """An f-string: no parameter, and another text each time."""
    connection = session.connection()
    return [
        connection.exec_driver_sql(f"SELECT id FROM items ORDER BY id LIMIT 2 OFFSET {start}").all()
        for start in (0, 2, 4, 6)
    ]


@silent
def pages_by_key_written_into_the_text_are_one_list(session: Session) -> object:
    """The last key of each page stands in the text of the next."""
    seen = [0]
    while rows := session.execute(
        text(f"SELECT id FROM orders WHERE id > {seen[-1]} ORDER BY id LIMIT 1")
    ).all():
        seen += [row.id for row in rows]
    return seen


@silent
def batches_of_keys_written_into_the_text_are_one_lookup(session: Session) -> object:
    """IN lists of numbers in an f-string."""
    batches = ("1, 2, 3", "4, 5, 6", "7, 8")
    return [
        session.execute(text(f"SELECT sku FROM items WHERE id IN ({batch})")).all()
        for batch in batches
    ]


@silent
def batches_of_keys_by_driver_parameters_are_one_lookup(session: Session) -> object:
    """The application builds the placeholders of its lists."""
    mark = "?" if dialect_of(session) == "sqlite" else "%s"
    if session.get_bind().dialect.driver == "asyncpg":
        mark = "$"
    found: list[object] = []
    for batch in ((1, 2, 3), (4, 5, 6), (7, 8)):
        marks = ", ".join(f"${n}" if mark == "$" else mark for n in range(1, len(batch) + 1))
        found += (
            session.connection()
            .exec_driver_sql(f"SELECT sku FROM items WHERE id IN ({marks})", batch)
            .all()
        )
    return found


@silent
def one_statement_by_hand_per_line_is_no_loop(session: Session) -> object:
    """The same text with other values, on three lines."""
    item = text("SELECT sku FROM items WHERE id = :number")
    first = session.execute(item, {"number": 1}).scalar()
    second = session.execute(item, {"number": 2}).scalar()
    third = session.execute(item, {"number": 3}).scalar()
    return first, second, third


@silent
def a_join_by_hand_reads_everything_in_one_statement(session: Session) -> object:
    """Rows of three tables at once."""
    statement = (
        "SELECT orders.id, items.sku, products.name FROM orders"
        " JOIN items ON items.order_id = orders.id"
        " JOIN products ON products.id = items.product_id"
    )
    return session.execute(text(statement)).all()
