"""Long lists fetched in pages: by OFFSET, and by keys of every type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import func, or_, select, text, tuple_
from sqlalchemy.orm import Session, selectinload

from tests.scenarios.catalogue import silent
from tests.scenarios.models import Item, Order, Tag, Visit


def pages_by_offset(session: Session, size: int) -> Iterator[list[Order]]:
    """Yield all orders, *size* at a time."""
    offset = 0
    while page := session.scalars(
        select(Order).order_by(Order.id).limit(size).offset(offset)
    ).all():
        yield list(page)
        offset += size


@silent
def pages_by_offset_are_one_list(session: Session) -> object:
    """The same select, another OFFSET each time."""
    orders: list[Order] = []
    for offset in range(5):
        page = select(Order).order_by(Order.id).limit(1).offset(offset)
        orders += session.scalars(page).all()
    return orders


@silent
def pages_by_offset_from_a_generator_are_one_list(session: Session) -> object:
    """The loop is a generator's, consumed by another."""
    return [order.status for page in pages_by_offset(session, 1) for order in page]


@silent
def pages_by_offset_in_text_are_one_list(session: Session) -> object:
    """The application writes its SQL itself."""
    page = text("SELECT id, status FROM orders ORDER BY id LIMIT 1 OFFSET :skipped")
    return [session.execute(page, {"skipped": skipped}).all() for skipped in range(4)]


@silent
def pages_by_integer_key_are_one_list(session: Session) -> object:
    """Each page begins after the last id of the one before."""
    last = 0
    seen: list[Order] = []
    while order := session.scalars(
        select(Order).where(Order.id > last).order_by(Order.id).limit(1)
    ).first():
        seen.append(order)
        last = order.id
    return seen


@silent
def pages_by_integer_key_downwards_are_one_list(session: Session) -> object:
    """The newest first."""
    last = 1_000_000
    seen: list[Order] = []
    while page := session.scalars(
        select(Order).where(Order.id < last).order_by(Order.id.desc()).limit(1)
    ).all():
        seen += page
        last = page[-1].id
    return seen


@silent
def pages_by_string_key_are_one_list(session: Session) -> object:
    """Sorted by name, which is unique."""
    last = ""
    seen: list[Tag] = []
    while tag := session.scalars(
        select(Tag).where(Tag.name > last).order_by(Tag.name).limit(1)
    ).first():
        seen.append(tag)
        last = tag.name
    return seen


@silent
def pages_by_datetime_key_are_one_list(session: Session) -> object:
    """Sorted by time."""
    last = datetime(2000, 1, 1, tzinfo=UTC)
    seen: list[Visit] = []
    while page := session.scalars(
        select(Visit).where(Visit.at > last).order_by(Visit.at).limit(2)
    ).all():
        seen += page
        last = page[-1].at.replace(tzinfo=UTC)
    return seen


@silent
def pages_by_composite_key_as_a_row_value_are_one_list(session: Session) -> object:
    """`(shop, number) > (?, ?)`."""
    last = ("", 0)
    seen: list[Visit] = []
    key = tuple_(Visit.shop, Visit.number)
    while page := session.scalars(
        select(Visit).where(key > last).order_by(Visit.shop, Visit.number).limit(2)
    ).all():
        seen += page
        last = (page[-1].shop, page[-1].number)
    return seen


@silent
def pages_by_composite_key_spelled_out_are_one_list(session: Session) -> object:
    """`shop > ? OR shop = ? AND number > ?`."""
    shop, number = "", 0
    seen: list[Visit] = []
    while page := session.scalars(
        select(Visit)
        .where(or_(Visit.shop > shop, (Visit.shop == shop) & (Visit.number > number)))
        .order_by(Visit.shop, Visit.number)
        .limit(2)
    ).all():
        seen += page
        shop, number = page[-1].shop, page[-1].number
    return seen


@silent
def pages_of_one_shop_by_key_are_one_list(session: Session) -> object:
    """A filter that stays the same beside the key that moves."""
    last = 0
    seen: list[Visit] = []
    while page := session.scalars(
        select(Visit)
        .where(Visit.shop == "north", Visit.number > last)
        .order_by(Visit.number)
        .limit(1)
    ).all():
        seen += page
        last = page[-1].number
    return seen


@silent
def pages_by_key_whose_first_has_no_condition_are_one_list(session: Session) -> object:
    """The condition comes with the second page."""
    page = select(Item).order_by(Item.id).limit(2)
    items = list(session.scalars(page))
    while more := session.scalars(page.where(Item.id > items[-1].id)).all():
        items += more
    return items


@silent
def pages_by_two_keys_in_opposite_order_are_one_list(session: Session) -> object:
    """Shops upwards, and in each shop the newest first."""
    shop, number = "", 0
    seen: list[Visit] = []
    while page := session.scalars(
        select(Visit)
        .where(or_(Visit.shop > shop, (Visit.shop == shop) & (Visit.number < number)))
        .order_by(Visit.shop, Visit.number.desc())
        .limit(1)
    ).all():
        seen += page
        shop, number = page[-1].shop, page[-1].number
    return seen


@silent
def pages_by_key_of_columns_are_one_list(session: Session) -> object:
    """Rows instead of objects."""
    last = 0
    seen: list[object] = []
    while page := session.execute(
        select(Order.id, Order.status).where(Order.id > last).order_by(Order.id).limit(1)
    ).all():
        seen += page
        last = page[-1].id
    return seen


@silent
def each_page_with_its_own_eager_load_is_no_loop(session: Session) -> object:
    """Two statements a page, whatever is on it."""
    last, skus = 0, []
    while page := session.scalars(
        select(Order)
        .where(Order.id > last)
        .order_by(Order.id)
        .limit(1)
        .options(selectinload(Order.items))
    ).all():
        skus += [item.sku for order in page for item in order.items]
        last = page[-1].id
    return skus


@silent
def a_count_and_then_its_pages_are_no_loop(session: Session) -> object:
    """How many there are is asked once."""
    total = session.scalars(select(func.count()).select_from(Order)).one()
    pages = [
        session.scalars(select(Order).order_by(Order.id).offset(start).limit(1)).all()
        for start in range(total)
    ]
    return total, pages


@silent
def one_page_per_line_is_no_loop(session: Session) -> object:
    """First, second and third page, written out."""
    return [
        session.scalars(select(Order).order_by(Order.id).limit(1).offset(0)).all(),
        session.scalars(select(Order).order_by(Order.id).limit(1).offset(1)).all(),
        session.scalars(select(Order).order_by(Order.id).limit(1).offset(2)).all(),
    ]


@silent
def ranges_of_keys_that_adjoin_are_one_list(session: Session) -> object:
    """Each range begins where the one before ended."""
    return [
        session.scalars(select(Item).where(Item.id >= low, Item.id < low + 2)).all()
        for low in range(1, 9, 2)
    ]


@silent
def pages_by_key_with_a_second_sort_order_upwards_are_one_list(session: Session) -> object:
    """From the back to the front, and turned round in memory."""
    last = 1_000_000
    seen: list[int] = []
    while page := session.scalars(
        select(Item.id).where(Item.id < last).order_by(Item.id.desc()).limit(3)
    ).all():
        seen = [*reversed(page), *seen]
        last = seen[0]
    return seen
