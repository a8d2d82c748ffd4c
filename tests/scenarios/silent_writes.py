"""Objects written in one flush, or in a few that belong apart."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.scenarios.catalogue import silent
from tests.scenarios.models import (
    Address,
    Company,
    Customer,
    Employee,
    Engineer,
    Item,
    Manager,
    Memo,
    Node,
    Note,
    Order,
    Product,
    Region,
    Tag,
    Visit,
)


@silent
def many_objects_in_one_flush_are_one_write(session: Session) -> None:
    """However many statements the driver needs for them."""
    session.add_all([Tag(name=f"fresh {n}") for n in range(300)])
    session.flush()


@silent
def more_than_1000_objects_in_one_flush_are_one_write(session: Session) -> None:
    """Their keys are the application's own."""
    now = datetime(2025, 1, 1, tzinfo=UTC)
    session.add_all([Visit(shop="west", number=n, at=now) for n in range(1200)])
    session.commit()


@silent
def many_classes_in_one_flush_are_one_write(session: Session) -> None:
    """A whole order with everything it needs."""
    for n in range(4):
        company = Company(name=f"fresh {n}")
        sold = Product(name=f"fresh {n}", maker=company, seller=company)
        customer = Customer(name=f"fresh {n}", region=Region(name=f"fresh {n}"))
        address = Address(street="high street", customer=customer)
        items = [Item(sku=f"fresh {n}", product=sold)]
        order = Order(customer=customer, items=items, tags=[Tag(name=f"fresh {n}")])
        session.add_all([company, sold, customer, address, order])
    session.commit()


@silent
def objects_of_a_joined_inheritance_in_one_flush_are_one_write(session: Session) -> None:
    """Two tables for each of them."""
    session.add_all([Manager(name="new", budget=n, memos=[Memo(text="hi")]) for n in range(4)])
    session.add_all([Engineer(name="new", language="sql") for _ in range(4)])
    session.flush()


@silent
def a_tree_in_one_flush_is_one_write(session: Session) -> None:
    """Parents before their children."""
    root = Node(name="root")
    for n in range(4):
        Node(name=f"below {n}", parent=root, children=[Node(name=f"leaf {n}")])
    session.add(root)
    session.flush()


@silent
def updates_of_many_objects_in_one_flush_are_one_write(session: Session) -> None:
    """Other columns for other objects: an executemany does not do."""
    for item in session.scalars(select(Item).order_by(Item.id)):
        item.sku = f"sku {item.id}"
        if item.id % 2:
            item.order_id = 1
    session.flush()


@silent
def deletions_of_many_objects_in_one_flush_are_one_write(session: Session) -> None:
    """All leaves of the tree; the flush looks for children of theirs."""
    for leaf in session.scalars(select(Node).where(Node.name.like("leaf%"))):
        session.delete(leaf)
    session.flush()


@silent
def one_order_deleted_with_its_items_is_one_write(session: Session) -> None:
    """The flush looks for what hangs on it."""
    order = session.scalars(select(Order).where(Order.id == 1)).one()
    for item in order.items:
        session.delete(item)
    session.delete(order)
    session.flush()


@silent
def rows_of_an_association_table_in_one_flush_are_one_write(session: Session) -> None:
    """A tag for every order; its list of orders is nobody's relationship."""
    session.add_all([Order(customer_id=1, tags=[Tag(name=f"fresh {n}")]) for n in range(5)])
    session.flush()


@silent
def rows_added_through_a_write_only_relationship_are_one_write(session: Session) -> None:
    """Added in a loop, written in one flush."""
    customer = session.scalars(select(Customer).where(Customer.id == 1)).one()
    for n in range(5):
        customer.notes.add(Note(text=f"note {n}"))
    session.flush()


@silent
def an_autoflush_before_a_query_is_one_write(session: Session) -> object:
    """The query asks, the session writes first."""
    session.add_all([Region(name=f"fresh {n}") for n in range(5)])
    return session.scalars(select(Region).where(Region.name.like("fresh%"))).all()


@silent
def a_flush_that_writes_two_rows_in_a_loop_of_two_is_below_the_limit(session: Session) -> None:
    """Three make a loop."""
    for n in range(2):
        session.add(Region(name=f"fresh {n}"))
        session.flush()


@silent
def three_flushes_on_three_lines_are_no_loop(session: Session) -> None:
    """Each needs the key of the one before."""
    region = Region(name="fresh")
    session.add(region)
    session.flush()
    customer = Customer(name="fresh", region_id=region.id)
    session.add(customer)
    session.flush()
    session.add(Address(street="high street", customer_id=customer.id))
    session.flush()


@silent
def an_object_written_and_changed_twice_is_no_loop(session: Session) -> None:
    """New, paid, sent: three commits of one object."""
    order = Order(customer_id=1, status="new")
    session.add(order)
    session.commit()
    order.status = "paid"
    session.commit()
    order.status = "sent"
    session.commit()


@silent
def one_object_merged_is_no_loop(session: Session) -> None:
    """One select, one update."""
    session.merge(Region(id=1, name="renamed"))
    session.flush()


@silent
def two_objects_merged_are_below_the_limit(session: Session) -> None:
    """Three make a loop."""
    for number in (1, 2):
        session.merge(Region(id=number, name="renamed"))
    session.commit()


@silent
def objects_loaded_before_they_are_merged_cost_no_select_each(session: Session) -> None:
    """The cure of a loop of merges."""
    known = session.scalars(select(Region)).all()
    # merge() flushes what the one before it changed.
    with session.no_autoflush:
        for region in known:
            session.merge(Region(id=region.id, name="renamed"))
    session.commit()


@silent
def get_or_create_once_is_no_loop(session: Session) -> object:
    """Look, write, look again."""
    wanted = select(Tag).where(Tag.name == "fresh")
    found = session.scalars(wanted).first()
    if found is None:
        session.add(Tag(name="fresh"))
        session.flush()
    return session.scalars(wanted).one()


@silent
def deletions_of_a_joined_inheritance_in_one_flush_are_one_write(session: Session) -> object:
    """Two tables for each of them."""
    for one in session.scalars(select(Engineer)):
        session.delete(one)
    session.flush()
    return session.scalars(select(Employee).where(Employee.kind == "engineer")).all()
