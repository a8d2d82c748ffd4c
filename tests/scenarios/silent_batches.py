"""Keys and rows sent in batches, and results fetched through cursors."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session, selectinload

from tests.scenarios.catalogue import silent
from tests.scenarios.database import batch_size
from tests.scenarios.models import Item, Order, Tag


@silent
def disjoint_batches_of_keys_are_one_lookup(session: Session) -> object:
    """IN lists of three, the last one shorter."""
    ids = [1, 2, 3, 4, 5, 6, 7, 8]
    batches = [ids[start : start + 3] for start in range(0, len(ids), 3)]
    return [session.scalars(select(Item).where(Item.id.in_(batch))).all() for batch in batches]


@silent
def disjoint_batches_of_keys_in_core_are_one_lookup(session: Session) -> object:
    """The same with columns, all of one size."""
    items = Item.__table__
    batches = [[1, 2], [3, 4], [5, 6], [7, 8]]
    return [
        session.execute(select(items.c.sku).where(items.c.id.in_(batch))).all() for batch in batches
    ]


@silent
def disjoint_batches_with_a_filter_that_stays_are_one_lookup(session: Session) -> object:
    """One filter, many keys."""
    return [
        session.scalars(select(Order).where(Order.status == "new", Order.id.in_(ids))).all()
        for ids in ([1, 2], [3, 4], [5])
    ]


@silent
def updates_in_batches_of_keys_are_one_write(session: Session) -> object:
    """A thousand rows each, say."""
    for ids in ([1, 2], [3, 4], [5, 6], [7, 8]):
        session.execute(update(Item).where(Item.id.in_(ids)).values(sku="sold out"))
    return None


@silent
def deletions_in_batches_of_keys_are_one_write(session: Session) -> object:
    """The last batch is shorter."""
    for ids in ([1, 2, 3], [4, 5, 6], [7, 8]):
        session.execute(delete(Item).where(Item.id.in_(ids)))
    return None


@silent
def insertions_in_batches_of_rows_are_one_write(session: Session) -> object:
    """An import that sends its rows in parts."""
    for part in range(3):
        session.execute(insert(Tag), [{"name": f"{part}-{n}"} for n in range(10)])
    return None


@silent
def objects_flushed_in_chunks_are_one_write(session: Session) -> None:
    """An import that keeps its session small."""
    for part in range(4):
        session.add_all([Tag(name=f"{part}-{n}") for n in range(3)])
        session.flush()


@silent
def objects_changed_in_chunks_are_one_write(session: Session) -> None:
    """Other columns for other rows: an executemany does not do, and each flush runs several."""
    session.execute(insert(Item), [{"sku": "x", "order_id": 1, "product_id": 1}] * 16)
    items = session.scalars(select(Item).order_by(Item.id)).all()
    for start in range(0, len(items), 8):
        for number, item in enumerate(items[start : start + 8]):
            item.sku = f"changed {number}"
            if number % 2:
                item.order_id = 2
        session.flush()


@silent
def a_queue_drained_in_batches_is_no_duplicate(session: Session) -> object:
    """The same question again, after what was found has been dealt with."""
    some = select(Order).where(Order.status == "new").order_by(Order.id).limit(2)
    done = 0
    while orders := session.scalars(some).all():
        for order in orders:
            order.status = "sent"
        session.flush()
        done += len(orders)
    return done


@silent
def a_server_side_cursor_fetches_without_a_loop(session: Session) -> object:
    """One statement, however many fetches."""
    result = session.execute(select(Order.id).execution_options(stream_results=True))
    fetched: list[object] = []
    while rows := result.fetchmany(1):
        fetched += rows
    return fetched


@silent
def partitions_of_one_result_are_one_statement(session: Session) -> object:
    """Rows by twos."""
    result = session.execute(select(Order.id, Order.status).execution_options(yield_per=2))
    return [len(part) for part in result.partitions()]


@silent
def yield_per_runs_selectinload_once_per_batch(session: Session) -> object:
    """Four batches, four eager statements, and nothing to gain."""
    orders = session.scalars(
        select(Order)
        .options(selectinload(Order.items))
        .execution_options(yield_per=batch_size(session))
    )
    return [item.sku for order in orders for item in order.items]


@silent
def partitions_with_selectinload_run_it_once_per_part(session: Session) -> object:
    """The same, part by part."""
    result = session.scalars(
        select(Order)
        .options(selectinload(Order.tags))
        .execution_options(yield_per=batch_size(session))
    )
    return [tag.name for part in result.partitions() for order in part for tag in order.tags]
