"""The same loop, its parents brought in by every way there is to bring objects in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, text, union_all
from sqlalchemy.orm import (
    Session,
    aliased,
    contains_eager,
    immediateload,
    joinedload,
    selectinload,
    subqueryload,
)

from tests.scenarios.catalogue import loop, use
from tests.scenarios.models import Customer, Order

ITEMS = "add .options(selectinload(Order.items))"
CUSTOMER = "add .options(selectinload(Order.customer))"


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def parents_of_a_legacy_query(session: Session, *options: Any) -> None:
    """`session.query()` as before 2.0."""
    for order in session.query(Order).options(*options):  # loaded
        use(order.items)  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def parents_in_rows_of_two_entities(session: Session, *options: Any) -> None:
    """Rows hold an order and its customer."""
    both = select(Order, Customer).join(Order.customer).options(*options)
    for order, customer in session.execute(both):  # loaded
        use(customer.name, order.items)  # used


@loop("QW101", "Customer.region", "add .options(joinedload(Customer.region))", queries=(5, 1))
def parents_as_the_second_entity_of_a_row(session: Session, *options: Any) -> None:
    """The customer is the owner, though the order comes first."""
    both = select(Order, Customer).join(Order.customer).options(*options)
    for _, customer in session.execute(both):  # loaded
        use(customer.region)  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def parents_of_a_join(session: Session, *options: Any) -> None:
    """Joined for a condition, not for loading."""
    named = select(Order).join(Order.customer).where(Customer.name != "").options(*options)
    orders = session.scalars(named).all()  # loaded
    for order in orders:
        use(order.items)  # used


@loop(
    "QW101",
    "Order.items",
    "add .options(joinedload(Customer.orders).selectinload(Order.items))",
    queries=(5, 2),
)
def parents_of_a_joinedload(session: Session, *options: Any) -> None:
    """The orders came joined to their customers."""
    eager = select(Customer).options(joinedload(Customer.orders), *options)
    for customer in session.scalars(eager).unique():  # loaded
        use([order.items for order in customer.orders])  # used


@loop(
    "QW101",
    "Order.items",
    "add .options(selectinload(Customer.orders).selectinload(Order.items))",
    queries=(6, 3),
)
def parents_of_a_selectinload(session: Session, *options: Any) -> None:
    """The orders came in a statement of their own, which no line of the application ran."""
    eager = select(Customer).options(selectinload(Customer.orders), *options)
    for customer in session.scalars(eager):  # loaded
        use([order.items for order in customer.orders])  # used


@loop(
    "QW101",
    "Order.items",
    "add .options(subqueryload(Customer.orders).selectinload(Order.items))",
    queries=(6, 3),
)
def parents_of_a_subqueryload(session: Session, *options: Any) -> None:
    """The same with the older loader."""
    eager = select(Customer).options(subqueryload(Customer.orders), *options)
    for customer in session.scalars(eager).all():  # loaded
        use([order.items for order in customer.orders])  # used


@loop(
    "QW101",
    "Order.items",
    "add .options(contains_eager(Customer.orders).selectinload(Order.items))",
    queries=(5, 2),
)
def parents_of_a_contains_eager(session: Session, *options: Any) -> None:
    """The application wrote the join itself."""
    eager = select(Customer).join(Customer.orders)
    eager = eager.options(contains_eager(Customer.orders), *options)
    for customer in session.scalars(eager).unique():  # loaded
        use([order.items for order in customer.orders])  # used


@loop(
    "QW101",
    "Order.items",
    "add .options(immediateload(Customer.orders).selectinload(Order.items))",
    count=4,
)
def parents_of_an_immediateload(session: Session, *options: Any) -> None:
    """An eager loader that runs one statement per parent itself: nothing is predicted."""
    eager = select(Customer).options(immediateload(Customer.orders), *options)
    for customer in session.scalars(eager):  # loaded
        use([order.items for order in customer.orders])  # used


def _at_once(session: Session) -> None:
    # A loader cannot run between the batches of one of MariaDB's drivers.
    for order in session.scalars(select(Order).options(selectinload(Order.items))):
        use(order.items)


@loop("QW101", "Order.items", ITEMS, count=4, cure=_at_once)
def parents_in_batches(session: Session, *options: Any) -> None:
    """With `yield_per` an eager loader runs once a batch, so nothing is predicted."""
    batches = select(Order).execution_options(yield_per=2)
    orders = session.scalars(batches).all()  # loaded
    for order in orders:
        use(order.items)  # used


@loop("QW101", "Order.customer", CUSTOMER, queries=(5, 2))
def parents_of_a_text(session: Session, *options: Any) -> None:
    """No join can be added to a text, so even a to-one wants a selectinload."""
    words = select(Order).from_statement(text("SELECT * FROM orders")).options(*options)
    orders = session.scalars(words).all()  # loaded
    for order in orders:
        use(order.customer)  # used


@loop("QW101", "Order.customer", CUSTOMER, queries=(5, 2))
def parents_of_a_union(session: Session, *options: Any) -> None:
    """Nor to a union."""
    both = union_all(select(Order).where(Order.id < 3), select(Order).where(Order.id > 2))
    orders = session.scalars(select(Order).from_statement(both).options(*options))  # loaded
    for order in orders:
        use(order.customer)  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def parents_locked_for_update(session: Session, *options: Any) -> None:
    """Locked rows are objects like any others."""
    locked = select(Order).with_for_update().options(*options)
    for order in session.scalars(locked):  # loaded
        use(order.items)  # used


alias: Any = aliased(Order)


@loop(
    "QW101",
    "Order.items",
    "add .options(selectinload(alias.items)) with the alias selected there",
    queries=(5, 2),
)
def parents_under_an_alias(session: Session, *options: Any) -> None:
    """The option has to name the alias, whose name in the code nobody knows."""
    for order in session.scalars(select(alias).options(*options)):  # loaded
        use(order.items)  # used


@loop("QW101", "Order.items", ITEMS, queries=(6, 4), count=4)
def parents_in_two_pages(session: Session, *options: Any) -> None:
    """One line runs the query for each page: one line to edit, two statements saved."""
    for page in (0, 2):
        orders = select(Order).order_by(Order.id).limit(2).offset(page).options(*options)
        for order in session.scalars(orders):  # loaded
            use(order.items)  # used


@loop("QW101", "Order.customer", "add .options(joinedload(Order.customer))", queries=(5, 1))
def parents_of_a_subquery(session: Session, *options: Any) -> None:
    """Chosen by a subquery."""
    chosen = select(Order.id).where(Order.status == "new").scalar_subquery()
    orders = select(Order).where(Order.id.in_(chosen)).options(*options)
    for order in session.scalars(orders):  # loaded
        use(order.customer)  # used


@loop("QW101", "Order.customer", CUSTOMER, queries=(5, 2))
def parents_of_an_insert_returning(session: Session, *options: Any) -> None:
    """The rows just written came back as objects."""
    written = insert(Order).returning(Order).options(*options)
    rows = [{"customer_id": number} for number in range(1, 5)]
    orders = session.scalars(written, rows).all()  # loaded
    for order in orders:
        use(order.customer)  # used
