"""One statement run again with the same values: waste, but no loop over rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from tests.scenarios.catalogue import loop, use
from tests.scenarios.models import Customer, Order

ONCE = "run it once and keep the result"


def _one(session: Session) -> None:
    use(session.scalars(select(Customer).where(Customer.name == "customer 1")).all())


@loop("QW201", "SELECT customers", ONCE, queries=(2, 1), count=2, cure=_one)
def same_select_on_two_lines(session: Session, *options: Any) -> None:
    """The first line loads it, the second repeats it."""
    first = select(Customer).where(Customer.name == "customer 1")
    use(session.scalars(first).all())  # loaded
    second = select(Customer).where(Customer.name == "customer 1")
    use(session.scalars(second).all())  # used


def _may(session: Session, name: str) -> bool:
    allowed = select(exists().where(Customer.name == name))
    return bool(session.scalar(allowed))  # used


@loop(
    "QW201",
    "SELECT SELECT customers",
    ONCE,
    queries=(5, 1),
    count=5,
    cure=lambda session: _may(session, "customer 1"),
    where=(_may,),
)
def permission_checked_five_times(session: Session, *options: Any) -> None:
    """Repeated, but with the same value: no N+1."""
    for _ in range(5):
        use(_may(session, "customer 1"))


@loop(
    "QW201",
    "SELECT orders",
    ONCE,
    queries=(4, 1),
    cure=lambda s: s.scalar(select(func.count(Order.id))),
)
def count_asked_in_a_loop(session: Session, *options: Any) -> None:
    """It has no values at all."""
    for _ in range(4):
        use(session.scalar(select(func.count(Order.id))))  # used


@loop(
    "QW201",
    "SELECT customers",
    ONCE,
    queries=(3, 1),
    cure=lambda session: session.execute(text("SELECT * FROM customers WHERE id = 1")),
)
def same_text(session: Session, *options: Any) -> None:
    """Plain SQL with the value written into it."""
    for _ in range(3):
        use(session.execute(text("SELECT * FROM customers WHERE id = 1")).all())  # used


@loop("QW201", "SELECT customers", ONCE, queries=(3, 1), cure=_one)
def same_core_select(session: Session, *options: Any) -> None:
    """Core, on the connection."""
    table = Customer.__table__
    for _ in range(3):
        use(session.connection().execute(select(table).where(table.c.id == 1)).all())  # used


@loop(
    "QW201",
    "SELECT customers",
    ONCE,
    queries=(3, 1),
    cure=lambda session: session.get(Customer, 99),
)
def missing_row_asked_for_again(session: Session, *options: Any) -> None:
    """What is not there is not in the identity map either."""
    for _ in range(3):
        use(session.get(Customer, 99))  # used


def _find(session: Session, name: str) -> Customer | None:
    return session.scalar(select(Customer).where(Customer.name == name))  # used


@loop("QW201", "SELECT customers", ONCE, queries=(2, 1), count=2, cure=_one, where=(_find,))
def helper_called_from_two_lines(session: Session, *options: Any) -> None:
    """Two callers who do not know of each other."""
    use(_find(session, "customer 1"))
    use(_find(session, "customer 1"))


@loop(
    "QW201",
    "SELECT customers",
    ONCE,
    queries=(4, 3),
    count=2,
    where=(_find,),
    cure=lambda session: _lookups(session, again=False),
)
def same_lookup_among_others(session: Session, *options: Any) -> None:
    """Other statements in between change nothing."""
    _lookups(session, again=True)


def _lookups(session: Session, *, again: bool) -> None:
    use(_find(session, "customer 1"))
    use(session.scalars(select(Order)).all())
    use(_find(session, "customer 2"))
    if again:
        use(_find(session, "customer 1"))


@loop("QW201", "SELECT customers", ONCE, queries=(2, 1), cure=_one)
def session_emptied_in_between(session: Session, *options: Any) -> None:
    """The objects were thrown away, and fetched again."""
    use(session.scalars(select(Customer)).all())  # loaded
    session.expunge_all()
    use(session.scalars(select(Customer)).all())  # used


@loop("QW201", "SELECT customers", ONCE, queries=(2, 1), cure=_one)
def same_list_of_keys(session: Session, *options: Any) -> None:
    """An IN with the same members."""
    wanted = select(Customer).where(Customer.id.in_([1, 2]))
    use(session.scalars(wanted).all())  # loaded
    use(session.scalars(wanted).all())  # used
