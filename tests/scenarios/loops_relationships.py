"""One relationship, loaded lazily for every object of one query."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, with_polymorphic

from tests.scenarios.catalogue import loop, off_the_record, use
from tests.scenarios.models import Address, Customer, Employee, Manager, Node, Order, Product

ITEMS = "add .options(selectinload(Order.items))"


@loop("QW101", "Order.items", ITEMS, queries=(5, 2), count=4)
def collection_of_a_select(session: Session, *options: Any) -> None:
    """Lazy collection, one load per order."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        use(order.items)  # used


@loop("QW101", "Order.items", ITEMS, queries=(3, 2), count=2)
def collection_of_only_two_parents(session: Session, *options: Any) -> None:
    """Two parents of one query are enough."""
    for order in session.scalars(select(Order).limit(2).options(*options)):  # loaded
        use(order.items)  # used


@loop("QW101", "Order.customer", "add .options(joinedload(Order.customer))", queries=(5, 1))
def to_one_of_a_select(session: Session, *options: Any) -> None:
    """Lazy to-one, one load per order: a join costs no statement at all."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        use(order.customer.name)  # used


@loop("QW101", "Order.tags", "add .options(selectinload(Order.tags))", queries=(5, 2))
def many_to_many(session: Session, *options: Any) -> None:
    """Through a secondary table."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        use([tag.name for tag in order.tags])  # used


@loop("QW101", "Customer.address", "add .options(joinedload(Customer.address))", queries=(5, 1))
def one_to_one_from_the_side_without_the_key(session: Session, *options: Any) -> None:
    """A scalar, though the foreign key is on the other side."""
    for customer in session.scalars(select(Customer).options(*options)):  # loaded
        use(customer.address)  # used


@loop("QW101", "Address.customer", "add .options(joinedload(Address.customer))", queries=(5, 1))
def one_to_one_from_the_side_with_the_key(session: Session, *options: Any) -> None:
    """The same pair, seen from the address."""
    for address in session.scalars(select(Address).options(*options)):  # loaded
        use(address.customer.name)  # used


@loop("QW101", "Product.maker", "add .options(joinedload(Product.maker))", queries=(9, 5), used="m")
@loop("QW101", "Product.seller", "add .options(joinedload(Product.seller))", queries=(9, 5))
def two_relationships_to_one_class(session: Session, *options: Any) -> None:
    """The SQL of both is the same, so only the mapping tells them apart."""
    for product in session.scalars(select(Product).options(*options)):  # loaded
        use(product.maker.name)  # m
        use(product.seller.name)  # used


@loop("QW101", "Order.items", ITEMS, queries=(9, 6))
@loop("QW101", "Order.tags", "add .options(selectinload(Order.tags))", queries=(9, 6), used="tags")
def two_collections_side_by_side(session: Session, *options: Any) -> None:
    """Two objections with two cures, not one."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        use(order.items)  # used
        use(order.tags)  # tags


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def association_proxy_to_a_collection(session: Session, *options: Any) -> None:
    """The proxy has no SQL of its own: the collection behind it has."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        use(list(order.item_skus))  # used


@loop("QW101", "Manager.memos", "add .options(selectinload(Manager.memos))", queries=(5, 2))
def collection_of_a_subclass(session: Session, *options: Any) -> None:
    """The subclass itself is selected."""
    for manager in session.scalars(select(Manager).options(*options)):  # loaded
        use(manager.memos)  # used


@loop(
    "QW101",
    "Manager.memos",
    "add .options(selectin_polymorphic(Employee, [Manager]), selectinload(Manager.memos))",
    queries=(5, 3),
    likely=True,
)
def collection_of_a_subclass_among_its_base(session: Session, *options: Any) -> None:
    """The base is selected, and some of its objects have the relationship."""
    for employee in session.scalars(select(Employee).options(*options)):  # loaded
        if isinstance(employee, Manager):
            use(employee.memos)  # used


alias: Any = with_polymorphic(Employee, [Manager])


@loop(
    "QW101",
    "Manager.memos",
    "add .options(selectinload(alias.Manager.memos)) with the alias selected there",
    queries=(5, 2),
)
def collection_of_a_subclass_under_with_polymorphic(session: Session, *options: Any) -> None:
    """Subclass columns came along, the subclass's relationship did not."""
    for employee in session.scalars(select(alias).options(*options)):  # loaded
        if isinstance(employee, Manager):
            use(employee.memos)  # used


CHILDREN = "selectinload(Node.children, recursion_depth=-1)"


@loop("QW101", "Node.children", f"add .options({CHILDREN})", count=9)
def children_of_every_node(session: Session, *options: Any) -> None:
    """All levels at once, each node asking for its children."""
    for node in session.scalars(select(Node).options(*options)):  # loaded
        use(node.children)  # used


PARENT = "selectinload(Node.parent, recursion_depth=-1)"


@loop("QW101", "Node.parent", f"add .options({PARENT})", count=4)
def parent_of_every_leaf(session: Session, *options: Any) -> None:
    """The to-one side of the tree."""
    leaves = select(Node).where(Node.name.like("leaf%")).options(*options)
    for node in session.scalars(leaves):  # loaded
        use(node.parent)  # used


@loop(
    "QW101",
    "Order.items",
    "add .options(selectinload(Order.items)) to the query that loaded Order",
    count=4,
)
def parents_loaded_before_the_recording(session: Session, *options: Any) -> None:
    """The query that brought them in is not known, so nothing is predicted."""
    with off_the_record():
        orders = session.scalars(select(Order).options(*options)).all()
    for order in orders:
        use(order.items)  # used
