"""What scenarios call from another module: a repository, and a service that reads objects."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.scenarios.models import Customer, Order

T = TypeVar("T")


class Customers:
    """A repository, as applications like to write them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_id(self, number: int) -> Customer | None:
        """Return one customer by key."""
        return self._session.get(Customer, number)  # used

    def by_name(self, name: str) -> Customer | None:
        """Return one customer by name."""
        return self._session.scalar(select(Customer).where(Customer.name == name))  # used


def skus_of(order: Order) -> list[str]:
    """Return what is in *order*."""
    return [item.sku for item in order.items]  # used


def logged(function: Callable[..., T]) -> Callable[..., T]:
    """Wrap *function*, as decorators do."""

    @wraps(function)
    def inner(*args: object) -> T:
        return function(*args)

    return inner
