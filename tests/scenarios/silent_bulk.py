"""Many rows written by one statement, or by a few."""

from __future__ import annotations

from itertools import product

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from tests.scenarios.catalogue import silent
from tests.scenarios.database import dialect_of
from tests.scenarios.models import Item, Order, Region, Tag, order_tags


@silent
def one_executemany_is_one_write(session: Session) -> None:
    """Core, a list of rows."""
    pairs = product(range(1, 5), repeat=2)
    rows = [{"order_id": order, "tag_id": tag} for order, tag in pairs if order != tag]
    session.execute(insert(order_tags), rows)


@silent
def an_executemany_of_text_is_one_write(session: Session) -> None:
    """The same for SQL that the application wrote."""
    statement = text("INSERT INTO regions (name) VALUES (:name)")
    session.execute(statement, [{"name": f"fresh {n}"} for n in range(50)])


@silent
def an_executemany_of_updates_is_one_write(session: Session) -> None:
    """Core, a list of parameters."""
    session.connection().execute(
        text("UPDATE orders SET status = :status WHERE id = :number"),
        [{"status": f"status {n}", "number": n} for n in range(1, 5)],
    )


@silent
def more_than_1000_rows_with_returning_are_one_write(session: Session) -> object:
    """Several batches of one execution."""
    rows = [{"name": f"fresh {n}"} for n in range(2500)]
    return session.scalars(insert(Tag).returning(Tag.id), rows).all()


@silent
def many_values_in_one_insert_are_one_write(session: Session) -> None:
    """`VALUES (...), (...), (...)`."""
    session.execute(insert(Tag).values([{"name": f"fresh {n}"} for n in range(20)]))


@silent
def a_bulk_insert_of_a_mapped_class_is_one_write(session: Session) -> None:
    """ORM-enabled insert()."""
    session.execute(insert(Order), [{"status": "bulk", "customer_id": 1} for _ in range(30)])


@silent
def a_bulk_update_by_primary_key_is_one_write(session: Session) -> None:
    """ORM-enabled update() with a list of rows."""
    session.execute(update(Order), [{"id": n, "status": f"status {n}"} for n in range(1, 5)])


@silent
def bulk_save_objects_is_one_write(session: Session) -> None:
    """The older spelling."""
    session.bulk_save_objects([Region(name=f"fresh {n}") for n in range(30)])


@silent
def bulk_mappings_are_one_write_each(session: Session) -> None:
    """The older spelling for dictionaries."""
    session.bulk_insert_mappings(Region.__mapper__, [{"name": f"fresh {n}"} for n in range(30)])
    session.bulk_update_mappings(Region.__mapper__, [{"id": n, "name": "x"} for n in (1, 2, 3, 4)])


@silent
def one_update_for_all_rows_is_one_write(session: Session) -> None:
    """The database does the loop."""
    session.execute(update(Order).where(Order.id.in_([1, 2, 3, 4])).values(status="sent"))


@silent
def one_delete_for_all_rows_is_one_write(session: Session) -> None:
    """The database does the loop."""
    session.execute(delete(Item).where(Item.order_id.in_([1, 2, 3, 4])))


@silent
def rows_copied_by_insert_from_select_are_one_write(session: Session) -> None:
    """No row comes to the application."""
    session.execute(insert(Region).from_select(["name"], select(Tag.name)))


@silent
def values_inserted_in_batches_are_one_write(session: Session) -> None:
    """`VALUES (...), (...)`, a part of the rows each time."""
    for part in range(3):
        session.execute(insert(Tag).values([{"name": f"{part}-{n}"} for n in range(10)]))


@silent
def rows_deleted_so_many_at_a_time_are_one_write(session: Session) -> None:
    """A purge that holds no lock for long."""
    some = "SELECT id FROM items ORDER BY id LIMIT 3"
    purge = f"DELETE FROM items WHERE id IN ({some})"
    if dialect_of(session) == "mysql":
        purge = "DELETE FROM items ORDER BY id LIMIT 3"
    for _ in range(3):
        session.execute(text(purge))
