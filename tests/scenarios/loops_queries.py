"""One select of objects, again and again with different values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tests.scenarios.catalogue import loop, off_the_record, use
from tests.scenarios.helpers import Customers
from tests.scenarios.models import Customer, Item, LogEntry, Node, Note, Order

IDS = [1, 2, 3, 4]
BY_KEY = "fetch the rows once: select(Customer).where(Customer.id.in_(ids))"
BY_CUSTOMER = "fetch the rows once: .where(Order.customer_id.in_(ids))"


BEFORE = "fetch the rows for all of them once, before the loop"


def _customers(session: Session) -> None:
    use(session.scalars(select(Customer).where(Customer.id.in_(IDS))).all())


def _customers_and_theirs(session: Session) -> None:
    _customers(session)
    _orders(session)


def _orders(session: Session) -> None:
    use(session.scalars(select(Order).where(Order.customer_id.in_(IDS))).all())


@loop("QW103", "SELECT customers", BY_KEY, queries=(4, 1), count=4, cure=_customers)
def get_in_a_loop(session: Session, *options: Any) -> None:
    """`session.get()` once per key."""
    for number in IDS:
        use(session.get(Customer, number))  # used


@loop("QW103", "SELECT customers", BY_KEY, queries=(3, 1), count=3, cure=_customers)
def get_of_three_keys(session: Session, *options: Any) -> None:
    """Three are enough."""
    use([session.get(Customer, number) for number in IDS[:3]])  # used


@loop(
    "QW103", "SELECT customers", BY_KEY, queries=(4, 1), cure=_customers, where=(Customers.by_id,)
)
def repository_called_in_a_loop(session: Session, *options: Any) -> None:
    """The query is the repository's, the loop its caller's."""
    customers = Customers(session)
    for number in IDS:
        use(customers.by_id(number))


def _by_names(session: Session) -> None:
    names = [f"customer {number}" for number in IDS]
    use(session.scalars(select(Customer).where(Customer.name.in_(names))).all())


BY_NAME = "fetch the rows once: .where(Customer.name.in_(values))"


@loop(
    "QW103", "SELECT customers", BY_NAME, queries=(4, 1), cure=_by_names, where=(Customers.by_name,)
)
def repository_asked_by_another_column(session: Session, *options: Any) -> None:
    """A column that is no key."""
    customers = Customers(session)
    use([customers.by_name(f"customer {number}") for number in IDS])


@loop(
    "QW103",
    "SELECT orders",
    BY_CUSTOMER,
    queries=(5, 2),
    cure=_customers_and_theirs,
)
def select_per_row_of_another_select(session: Session, *options: Any) -> None:
    """A lazy load written by hand."""
    for customer in session.scalars(select(Customer)).all():
        use(session.scalars(select(Order).where(Order.customer_id == customer.id)).all())  # used


@loop(
    "QW103",
    "SELECT orders",
    "fetch the rows once, the first of each by row_number() over (PARTITION BY Order.customer_id)",
    queries=(4, 1),
    likely=True,
    cure=_orders,
)
def newest_per_row(session: Session, *options: Any) -> None:
    """The first of each, by a limit: an IN would bring too many."""
    for number in IDS:
        newest = select(Order).where(Order.customer_id == number).order_by(Order.id.desc())
        use(session.scalars(newest.limit(1)).all())  # used


@loop("QW103", "SELECT items orders", BY_CUSTOMER, queries=(4, 1), cure=_orders)
def join_per_row(session: Session, *options: Any) -> None:
    """The condition is on the joined table."""
    for number in IDS:
        theirs = select(Item).join(Item.order).where(Order.customer_id == number)
        use(session.scalars(theirs).all())  # used


@loop("QW103", "SELECT customers", BY_NAME, queries=(4, 1), cure=_by_names)
def legacy_query_per_row(session: Session, *options: Any) -> None:
    """`session.query()` as before 2.0."""
    for number in IDS:
        use(session.query(Customer).filter_by(name=f"customer {number}").one())  # used


@loop("QW103", "SELECT orders", BY_CUSTOMER, queries=(4, 1), cure=_orders)
def list_of_one_key_each(session: Session, *options: Any) -> None:
    """An IN that never holds more than one."""
    for number in IDS:
        use(session.scalars(select(Order).where(Order.customer_id.in_([number]))).all())  # used


def _log(session: Session) -> None:
    use(session.scalars(select(Customer)).all())
    use(session.scalars(select(LogEntry).where(LogEntry.customer_id.in_(IDS))).all())


@loop(
    "QW103",
    "Customer.log_entries",
    'Customer.log_entries is lazy="dynamic", which no option loads: '
    "fetch the rows once: .where(LogEntry.customer_id.in_(ids))",
    queries=(5, 2),
    cure=_log,
)
def dynamic_relationship(session: Session, *options: Any) -> None:
    """No loader option applies to it."""
    for customer in session.scalars(select(Customer)).all():
        use(customer.log_entries.all())  # used


def _notes(session: Session) -> None:
    use(session.scalars(select(Customer)).all())
    use(session.scalars(select(Note).where(Note.customer_id.in_(IDS))).all())


@loop(
    "QW103",
    "Customer.notes",
    'Customer.notes is lazy="write_only", which no option loads: '
    "fetch the rows once: .where(Note.customer_id.in_(ids))",
    queries=(5, 2),
    cure=_notes,
)
def write_only_relationship(session: Session, *options: Any) -> None:
    """Nor to this one."""
    for customer in session.scalars(select(Customer)).all():
        use(session.scalars(customer.notes.select()).all())  # used


def _together(session: Session) -> None:
    customers = select(Customer)
    use(session.scalars(customers).all())
    use(session.scalars(customers.execution_options(populate_existing=True).where(Customer.id > 0)))


@loop(
    "QW103",
    "SELECT customers",
    "refresh them together: one select(Customer) with execution_options(populate_existing=True)",
    queries=(5, 2),
    cure=_together,
)
def refresh_per_row(session: Session, *options: Any) -> None:
    """`session.refresh()` of every object of a query."""
    for customer in session.scalars(select(Customer)).all():
        session.refresh(customer)  # used


def _leaf(session: Session) -> int:
    with off_the_record():
        node = Node(name="first")
        for number in range(4):
            node = Node(name=f"{number}", parent=node)
        session.add(node)
        session.flush()
        number = node.id
        session.expunge_all()
        return number


@loop(
    "QW103",
    "SELECT nodes",
    "fetch the rows once: select(Node).where(Node.id.in_(ids))",
    count=5,
    queries=(5, 1),
    cure=lambda s: use(s.scalars(select(Node)).all()),
)
def ancestors_by_key(session: Session, *options: Any) -> None:
    """Up a chain of keys, one row at a time."""
    number: int | None = _leaf(session)
    while number is not None:
        node = session.get(Node, number)  # used
        number = node.parent_id if node else None


@loop(
    "QW103",
    "SELECT nodes",
    "fetch the rows once: .where(Node.parent_id.in_(ids))",
    queries=(9, 1),
    count=9,
    cure=lambda s: use(s.scalars(select(Node)).all()),
)
def tree_by_recursive_lookups(session: Session, *options: Any) -> None:
    """A recursive function that asks for the rows below."""

    def below(number: int) -> None:
        for node in session.scalars(select(Node).where(Node.parent_id == number)).all():  # used
            below(node.id)

    below(1)


@loop(
    "QW103",
    "SELECT orders",
    BEFORE,
    queries=(4, 1),
    likely=True,
    cure=_orders,
)
def range_per_row(session: Session, *options: Any) -> None:
    """Two bounds that move together: a report per day, say."""
    for number in IDS:
        use(session.scalars(select(Order).where(Order.id.between(number, number))).all())  # used


def _customers_and_orders(session: Session) -> None:
    wanted = select(Customer).where(Customer.id.in_(IDS)).options(selectinload(Customer.orders))
    use(session.scalars(wanted).all())


@loop("QW103", "SELECT customers", BY_KEY, queries=(8, 2), count=4, cure=_customers_and_orders)
def get_with_an_eager_loader(session: Session, *options: Any) -> None:
    """What the loader runs belongs to the get, and is saved with it."""
    for number in IDS:
        use(session.get(Customer, number, options=[selectinload(Customer.orders)]))  # used


@loop("QW103", "SELECT orders", BY_CUSTOMER, queries=(4, 1), cure=_orders)
def helper_defined_in_the_loop(session: Session, *options: Any) -> None:
    """A new function each time round, one place in the code."""
    for number in IDS:

        def load(wanted: int = number) -> None:
            use(session.scalars(select(Order).where(Order.customer_id == wanted)).all())  # used

        load()
