"""Loops within loops: the finding names the chain, and the fix is the chained option."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from tests.scenarios.catalogue import loop, off_the_record, use
from tests.scenarios.models import Address, Customer, Item, Node, Order

TREE = "selectinload(Node.children, recursion_depth=-1)"
ANCESTORS = "selectinload(Node.parent, recursion_depth=-1)"


@loop(
    "QW101",
    "Customer.orders -> Order.items",
    "add .options(selectinload(Customer.orders).selectinload(Order.items))",
    queries=(9, 3),
    count=8,
)
def two_collections_deep(session: Session, *options: Any) -> None:
    """One objection for the whole chain."""
    for customer in session.scalars(select(Customer).options(*options)):  # loaded
        for order in customer.orders:
            use(order.items)  # used


@loop(
    "QW101",
    "Customer.orders -> Order.items -> Item.product",
    "add .options(selectinload(Customer.orders).selectinload(Order.items)"
    ".joinedload(Item.product))",
    queries=(13, 3),
    count=12,
)
def three_levels_deep(session: Session, *options: Any) -> None:
    """Two collections and a to-one at the end."""
    for customer in session.scalars(select(Customer).options(*options)):  # loaded
        for order in customer.orders:
            for item in order.items:
                use(item.product.name)  # used


@loop(
    "QW101",
    "Order.items -> Item.product",
    "add .options(selectinload(Order.items).joinedload(Item.product))",
    queries=(9, 2),
)
def collection_then_to_one(session: Session, *options: Any) -> None:
    """To-many, then to-one."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        use([item.product for item in order.items])  # used


@loop(
    "QW101",
    "Order.items -> Item.product",
    "add .options(selectinload(Order.items).joinedload(Item.product))",
    queries=(9, 2),
)
def association_proxy_over_two_relationships(session: Session, *options: Any) -> None:
    """One attribute of the application, two lazy loads behind it."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        use(list(order.products))  # used


@loop(
    "QW101",
    "Address.customer -> Customer.orders",
    "add .options(joinedload(Address.customer).selectinload(Customer.orders))",
    queries=(9, 2),
)
def to_one_then_collection(session: Session, *options: Any) -> None:
    """To-one, then to-many."""
    for address in session.scalars(select(Address).options(*options)):  # loaded
        use(address.customer.orders)  # used


@loop(
    "QW101",
    "Order.customer -> Customer.region",
    "add .options(joinedload(Order.customer).joinedload(Customer.region))",
    queries=(9, 1),
)
def to_one_then_to_one(session: Session, *options: Any) -> None:
    """Two joins, and no further statement."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        customer = order.customer
        use(customer.region)  # used


@loop(
    "QW101",
    "Customer.orders -> Order.items",
    "add .options(selectinload(Customer.orders).selectinload(Order.items))",
    queries=(13, 7),
)
@loop(
    "QW101",
    "Order.tags",
    "add .options(selectinload(Customer.orders).selectinload(Order.tags))",
    queries=(13, 7),
    used="tags",
)
def chain_with_two_branches(session: Session, *options: Any) -> None:
    """The trunk is told once, the second branch by its own name and its whole way."""
    for customer in session.scalars(select(Customer).options(*options)):  # loaded
        for order in customer.orders:
            use(order.items)  # used
            use(order.tags)  # tags


@loop(
    "QW101",
    "Customer.region",
    "add .options(joinedload(Order.customer).joinedload(Customer.region))",
    queries=(5, 1),
)
def to_one_below_a_joinedload(session: Session, *options: Any) -> None:
    """The first step was loaded eagerly, the second forgotten."""
    eager = select(Order).options(joinedload(Order.customer), *options)
    for order in session.scalars(eager):  # loaded
        use(order.customer.region)  # used


@loop(
    "QW101",
    "Order.items -> Item.product",
    "add .options(selectinload(Customer.orders).selectinload(Order.items)"
    ".joinedload(Item.product))",
    queries=(10, 3),
)
def two_lazy_steps_below_a_selectinload(session: Session, *options: Any) -> None:
    """One eager step, then two lazy ones."""
    eager = select(Customer).options(selectinload(Customer.orders), *options)
    for customer in session.scalars(eager):  # loaded
        for order in customer.orders:
            use([item.product for item in order.items])  # used


def _busy_customer(session: Session) -> int:
    with off_the_record():
        items = [Item(sku="sku", product_id=number) for number in range(1, 5)]
        orders = [Order(items=[item]) for item in items]
        customer = Customer(name="busy", orders=orders)
        session.add(customer)
        session.flush()
        session.expunge_all()
        return customer.id


@loop(
    "QW101",
    "Order.items -> Item.product",
    "add options=[selectinload(Customer.orders).selectinload(Order.items)"
    ".joinedload(Item.product)]",
    queries=(10, 3),
)
def chain_below_one_object_got_by_key(session: Session, *options: Any) -> None:
    """One load of the orders is no loop; what follows for each order is."""
    customer = session.get(Customer, _busy_customer(session), options=options)  # loaded
    assert customer is not None
    for order in customer.orders:
        for item in order.items:
            use(item.product.name)  # used


@loop("QW101", "Node.children", f"add options=[{TREE}]", count=9)
def tree_walked_down_by_recursion(session: Session, *options: Any) -> None:
    """Each level is loaded by the one above it."""

    def walk(nodes: list[Node]) -> None:
        for node in nodes:
            walk(node.children)  # used

    root = session.get(Node, 1, options=options)  # loaded
    walk([root] if root else [])


@loop("QW101", "Node.children", f"add .options({TREE})", count=9)
def tree_walked_down_by_a_stack(session: Session, *options: Any) -> None:
    """The same without recursion."""
    root = select(Node).where(Node.parent_id.is_(None)).options(*options)
    stack = list(session.scalars(root))  # loaded
    while stack:
        stack += stack.pop().children  # used


@loop("QW101", "Node.parent", f"add .options({ANCESTORS})", count=5)
def ancestors_of_every_leaf(session: Session, *options: Any) -> None:
    """The root is loaded once and found in the session from then on."""
    leaves = select(Node).where(Node.name.like("leaf%")).options(*options)
    for leaf in session.scalars(leaves):  # loaded
        node: Node | None = leaf
        while node is not None:
            node = node.parent  # used


def _end_of_a_list(session: Session) -> int:
    with off_the_record():
        node = Node(name="first")
        for number in range(5):
            node = Node(name=f"{number}", parent=node)
        session.add(node)
        session.flush()
        session.expunge_all()
        return node.id


@loop("QW101", "Node.parent", f"add options=[{ANCESTORS}]", count=5)
def linked_list(session: Session, *options: Any) -> None:
    """One object at a time, each loaded by the one before it."""
    node: Node | None = session.get(Node, _end_of_a_list(session), options=options)  # loaded
    while node is not None:
        node = node.parent  # used


def _both(session: Session, first: Any = (), second: Any = ()) -> None:
    for order in session.scalars(select(Order).options(*first)):  # loaded first
        use(order.items)  # used first
    session.expunge_all()
    again = select(Order).where(Order.id > 0).options(*second)
    for order in session.scalars(again):  # loaded
        use(order.items)  # used


@loop(
    "QW101",
    "Order.items",
    "add .options(selectinload(Order.items))",
    queries=(10, 7),
    cure=lambda session: _both(session, first=[selectinload(Order.items)]),
    used="used first",
    loaded="loaded first",
)
@loop(
    "QW101",
    "Order.items",
    "add .options(selectinload(Order.items))",
    queries=(10, 7),
    cure=lambda session: _both(session, second=[selectinload(Order.items)]),
    where=(_both,),
)
def two_queries_and_a_loop_over_each(session: Session, *options: Any) -> None:
    """Two queries to edit, so two objections."""
    _both(session)
