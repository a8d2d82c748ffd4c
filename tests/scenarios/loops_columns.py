"""Columns of several objects, loaded one object at a time: three causes, three cures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, defer, joinedload, load_only, selectinload

from tests.scenarios.catalogue import loop, off_the_record, use
from tests.scenarios.models import Customer, Employee, Engineer, Manager, Order, Region

KEEP = "keep objects after a commit: sessionmaker(expire_on_commit=False)"


@loop("QW102", "Order.remarks", "add .options(undefer(Order.remarks))", queries=(5, 1), count=4)
def column_deferred_by_the_mapping(session: Session, *options: Any) -> None:
    """The column is deferred for everybody."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        use(order.remarks)  # used


alias: Any = aliased(Order)


@loop(
    "QW102",
    "Order.remarks",
    "add .options(undefer(alias.remarks)) with the alias selected there",
    queries=(5, 1),
)
def column_under_an_alias(session: Session, *options: Any) -> None:
    """The option has to name the alias, which takes none of the class."""
    for order in session.scalars(select(alias).options(*options)):  # loaded
        use(order.remarks)  # used


NAME = "load Customer.name in the query: name it in load_only(), or do not defer() it"
KEY = "load Customer.region_id in the query: name it in load_only(), or do not defer() it"


def _names(session: Session, *options: Any) -> None:
    use([customer.name for customer in session.scalars(select(Customer).options(*options))])


@loop("QW102", "Customer.name", NAME, queries=(5, 1), cure=_names)
def column_deferred_by_an_option(session: Session, *options: Any) -> None:
    """Deferred by this query alone, which takes no `undefer()` beside it."""
    thin = select(Customer).options(defer(Customer.name))
    for customer in session.scalars(thin):  # loaded
        use(customer.name)  # used


@loop(
    "QW102",
    "Customer.name",
    NAME,
    queries=(5, 1),
    cure=lambda session: _names(session, load_only(Customer.id, Customer.name)),
)
def column_left_out_by_load_only(session: Session, *options: Any) -> None:
    """Everything but the key was left out."""
    thin = select(Customer).options(load_only(Customer.id))
    for customer in session.scalars(thin):  # loaded
        use(customer.name)  # used


def _both(session: Session, *columns: Any) -> None:
    thin = select(Customer).options(load_only(Customer.id, *columns))
    for customer in session.scalars(thin):  # loaded
        use(customer.name)  # used
        use(customer.region_id)  # key


@loop(
    "QW102",
    "Customer.name",
    NAME,
    queries=(9, 5),
    cure=lambda session: _both(session, Customer.name),
)
@loop(
    "QW102",
    "Customer.region_id",
    KEY,
    queries=(9, 5),
    cure=lambda session: _both(session, Customer.region_id),
    used="key",
    where=(_both,),
)
def two_columns_left_out(session: Session, *options: Any) -> None:
    """Each is loaded by a statement of its own, and each has its cure."""
    _both(session)


@loop(
    "QW102",
    "Order.remarks",
    "add .options(selectinload(Customer.orders).undefer(Order.remarks))",
    queries=(6, 2),
)
def deferred_column_below_a_selectinload(session: Session, *options: Any) -> None:
    """The way to the column is part of the option."""
    eager = select(Customer).options(selectinload(Customer.orders), *options)
    for customer in session.scalars(eager):  # loaded
        use([order.remarks for order in customer.orders])  # used


@loop(
    "QW102",
    "Order.remarks",
    "add .options(joinedload(Customer.orders).undefer(Order.remarks))",
    queries=(5, 1),
)
def deferred_column_below_a_joinedload(session: Session, *options: Any) -> None:
    """The same below a join."""
    eager = select(Customer).options(joinedload(Customer.orders), *options)
    for customer in session.scalars(eager).unique():  # loaded
        use([order.remarks for order in customer.orders])  # used


@loop(
    "QW102",
    "Order.remarks",
    "add .options(undefer(Order.remarks)) to the query that loaded Order",
    count=4,
)
def deferred_column_of_objects_from_before(session: Session, *options: Any) -> None:
    """Their query ran before the recording began."""
    with off_the_record():
        orders = session.scalars(select(Order).options(*options)).all()
    for order in orders:
        use(order.remarks)  # used


def _keeping(session: Session) -> None:
    session.expire_on_commit = False
    customers = session.scalars(select(Customer)).all()
    session.commit()
    use([customer.name for customer in customers])


@loop("QW102", "Customer", KEEP, queries=(5, 1), count=4, likely=True, cure=_keeping)
def objects_read_after_a_commit(session: Session, *options: Any) -> None:
    """A commit expires every object of the session."""
    customers = session.scalars(select(Customer)).all()  # loaded
    session.commit()
    use([customer.name for customer in customers])  # used


@loop("QW102", "Customer", KEEP, queries=(5, 1), likely=True, cure=_keeping)
def objects_read_after_a_rollback(session: Session, *options: Any) -> None:
    """So does a rollback."""
    customers = session.scalars(select(Customer)).all()  # loaded
    session.rollback()
    use([customer.name for customer in customers])  # used


@loop("QW102", "Customer", KEEP, queries=(5, 1), likely=True, cure=_keeping)
def objects_read_after_expire_all(session: Session, *options: Any) -> None:
    """Expired on purpose."""
    customers = session.scalars(select(Customer)).all()  # loaded
    session.expire_all()
    for customer in customers:
        use(customer.name)  # used


@loop("QW102", "Customer", KEEP, queries=(5, 1), likely=True, cure=_keeping)
def objects_expired_one_by_one(session: Session, *options: Any) -> None:
    """Each on its own."""
    customers = session.scalars(select(Customer)).all()  # loaded
    for customer in customers:
        session.expire(customer)
        use(customer.name)  # used


def _writing_and_keeping(session: Session) -> None:
    session.expire_on_commit = False
    regions = [Region(name=f"{number}") for number in range(4)]
    session.add_all(regions)
    session.commit()
    use([region.name for region in regions])


@loop("QW102", "Region", KEEP, queries=(5, 1), likely=True, cure=_writing_and_keeping)
def new_objects_read_after_a_commit(session: Session, *options: Any) -> None:
    """Nothing loaded them: they were written."""
    regions = [Region(name=f"{number}") for number in range(4)]
    session.add_all(regions)
    session.commit()
    for region in regions:
        use(region.name)  # used


@loop(
    "QW102",
    "Employee",
    "add .options(selectin_polymorphic(Employee, [Manager]))",
    queries=(5, 2),
    count=4,
)
def columns_of_one_subclass(session: Session, *options: Any) -> None:
    """The base was selected, so the subclass's table was not."""
    for employee in session.scalars(select(Employee).options(*options)):  # loaded
        if isinstance(employee, Manager):
            use(employee.budget)  # used


@loop(
    "QW102",
    "Employee",
    "add .options(selectin_polymorphic(Employee, [Engineer, Manager]))",
    queries=(9, 3),
    count=8,
)
def columns_of_two_subclasses(session: Session, *options: Any) -> None:
    """One cure for both."""
    for employee in session.scalars(select(Employee).options(*options)):  # loaded
        column = "budget" if isinstance(employee, Manager) else "language"
        use(getattr(employee, column))  # used


@loop(
    "QW102",
    "Employee",
    "add .options(selectin_polymorphic(Employee, [Engineer]))",
    queries=(5, 2),
)
def columns_of_a_subclass_in_a_sort_key(session: Session, *options: Any) -> None:
    """Read by a function, not by a loop."""
    everyone = session.scalars(select(Employee).options(*options)).all()  # loaded
    engineers = [one for one in everyone if isinstance(one, Engineer)]
    use(sorted(engineers, key=lambda one: one.language))  # used
