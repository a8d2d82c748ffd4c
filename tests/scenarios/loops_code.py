"""One loop in every shape that Python gives it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from functools import reduce
from operator import attrgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.scenarios.catalogue import loop, use
from tests.scenarios.helpers import logged, skus_of
from tests.scenarios.models import Customer, Order

ITEMS = "add .options(selectinload(Order.items))"
CUSTOMER = "add .options(joinedload(Order.customer))"
IS_EMPTY = vars(Order)["is_empty"].fget


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def list_comprehension(session: Session, *options: Any) -> None:
    """A frame of its own before Python 3.12, the function's afterwards."""
    orders = session.scalars(select(Order).options(*options))  # loaded
    use([order.items for order in orders])  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def dictionary_comprehension(session: Session, *options: Any) -> None:
    """The same for a dictionary."""
    orders = session.scalars(select(Order).options(*options))  # loaded
    use({order.id: len(order.items) for order in orders})  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def generator_expression(session: Session, *options: Any) -> None:
    """Summed while it is made."""
    orders = session.scalars(select(Order).options(*options))  # loaded
    use(sum(len(order.items) for order in orders))  # used


def _each(session: Session, *options: Any) -> Iterator[Order]:
    yield from session.scalars(select(Order).options(*options))  # loaded


@loop("QW101", "Order.items", ITEMS, queries=(5, 2), where=(_each,))
def generator_consumed_elsewhere(session: Session, *options: Any) -> None:
    """The query runs when somebody asks for the first object."""
    for order in _each(session, *options):
        use(order.items)  # used


def _lines(session: Session, *options: Any) -> Iterator[int]:
    for order in session.scalars(select(Order).options(*options)):  # loaded
        yield len(order.items)  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2), where=(_lines,))
def generator_that_loads_between_its_yields(session: Session, *options: Any) -> None:
    """The loop lies in the generator, its consumer only asks."""
    use(list(_lines(session, *options)))


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def mapped_function(session: Session, *options: Any) -> None:
    """`map()` has no frame: the line that exhausts it calls the lambda."""
    orders = session.scalars(select(Order).options(*options))  # loaded
    use(list(map(lambda order: order.items, orders)))  # noqa: C417  # used


@loop("QW101", "Order.customer", CUSTOMER, queries=(5, 1))
def sort_key(session: Session, *options: Any) -> None:
    """Sorting reads what nobody loaded."""
    orders = session.scalars(select(Order).options(*options)).all()  # loaded
    use(sorted(orders, key=lambda order: order.customer.name))  # used


@loop("QW101", "Order.customer", CUSTOMER, queries=(5, 1))
def attribute_getter(session: Session, *options: Any) -> None:
    """Written in C, so the line that sorts is the place."""
    orders = session.scalars(select(Order).options(*options)).all()  # loaded
    use(sorted(orders, key=attrgetter("customer.name")))  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def reduced(session: Session, *options: Any) -> None:
    """Folded from the left."""
    orders = session.scalars(select(Order).options(*options))  # loaded
    use(reduce(lambda total, order: total + len(order.items), orders, 0))  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def filtering_condition(session: Session, *options: Any) -> None:
    """The load is in the condition, and stops at nothing."""
    orders = session.scalars(select(Order).options(*options))  # loaded
    use(all(order.items for order in orders))  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def while_with_a_stack(session: Session, *options: Any) -> None:
    """No `for` in sight."""
    orders = list(session.scalars(select(Order).options(*options)))  # loaded
    while orders:
        use(orders.pop().items)  # used


@logged
def _decorated(order: Order) -> int:
    return len(order.items)  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2), where=(_decorated,))
def decorated_function(session: Session, *options: Any) -> None:
    """A wrapper stands between the loop and the load."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        _decorated(order)


def _recursive(orders: list[Order]) -> int:
    return len(orders[0].items) + _recursive(orders[1:]) if orders else 0  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2), where=(_recursive,))
def recursive_function(session: Session, *options: Any) -> None:
    """The stack grows with each object, the loop is one."""
    use(_recursive(list(session.scalars(select(Order).options(*options)))))  # loaded


@dataclass
class _Invoice:
    order: Order

    def total(self) -> int:
        return len(self.order.items)  # used

    @property
    def addressee(self) -> str:
        return self.order.customer.name  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2), where=(_Invoice.total,))
def method(session: Session, *options: Any) -> None:
    """A method of an object that wraps the order."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        use(_Invoice(order).total())


ADDRESSEE = vars(_Invoice)["addressee"].fget


@loop("QW101", "Order.customer", CUSTOMER, queries=(5, 1), where=(ADDRESSEE,))
def property_of_a_wrapper(session: Session, *options: Any) -> None:
    """It looks like an attribute and is a query."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        use(_Invoice(order).addressee)


@loop("QW101", "Order.items", ITEMS, queries=(5, 2), where=(IS_EMPTY,))
def hybrid_property(session: Session, *options: Any) -> None:
    """On the instance side it is Python."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        use(order.is_empty)


@contextmanager
def _opened(order: Order) -> Iterator[int]:
    yield len(order.items)  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2), where=(_opened,))
def context_manager(session: Session, *options: Any) -> None:
    """Entered once per order."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        with _opened(order) as total:
            use(total)


@loop("QW101", "Order.items", ITEMS, queries=(5, 2), where=(skus_of,))
def helper_of_another_module(session: Session, *options: Any) -> None:
    """The loop is here, the load is there."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        use(skus_of(order))


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def helper_within_a_helper(session: Session, *options: Any) -> None:
    """Three functions deep."""

    def inner(order: Order) -> int:
        return len(order.items)  # used

    def outer(order: Order) -> int:
        return inner(order)

    for order in session.scalars(select(Order).options(*options)):  # loaded
        use(outer(order))


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def two_lines_that_share_one_loop(session: Session, *options: Any) -> None:
    """Whichever branch ran: it is one relationship of one query."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        if order.id < 4:
            use(order.items)  # used
        else:
            use(len(order.items))


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def loop_with_an_exception_in_it(session: Session, *options: Any) -> None:
    """Errors do not hide it."""
    for order in session.scalars(select(Order).options(*options)):  # loaded
        try:
            use(order.items[99])  # used
        except IndexError:
            use()


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
def loops_run_one_after_the_other(session: Session, *options: Any) -> None:
    """Loaded at the top, used much further down."""
    orders = session.scalars(select(Order).options(*options)).all()  # loaded
    names = [order.status for order in orders]
    for order, name in zip(orders, names, strict=True):
        use(name, order.items)  # used


@loop(
    "QW103",
    "SELECT customers",
    "fetch the rows once: select(Customer).where(Customer.id.in_(ids))",
    queries=(4, 1),
    cure=lambda session: session.scalars(select(Customer).where(Customer.id.in_([1, 2, 3, 4]))),
    sync_only=True,
)
def thread_pool_with_the_context_copied(session: Session, *options: Any) -> None:
    """Each thread has a session of its own and adds to the one recording."""

    def one(number: int) -> None:
        with Session(session.get_bind().engine) as own:
            use(own.get(Customer, number))  # used

    with ThreadPoolExecutor(2) as pool:
        for number in range(1, 5):
            pool.submit(copy_context().run, one, number).result()
