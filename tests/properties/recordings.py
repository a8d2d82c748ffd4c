"""Arbitrary recordings, within what the model promises and nothing more.

Queries are numbered in order, parents ran before their children, and a query has as many values
as parameters, or none.
"""

from __future__ import annotations

from random import Random
from typing import Final, get_args

from hypothesis import strategies as st

from querywatch import CallSite, Query, Recording
from querywatch.model import Load, Parameter, Request, Step
from querywatch.model.query import Origin, Value

_SITES: Final = [CallSite(f"app/{n}.py", n, f"f{n}", f"line {n}") for n in range(4)]
_STATEMENTS: Final = {
    "SELECT orders.id FROM orders WHERE orders.id = ?": 1,
    "SELECT orders.id FROM orders WHERE orders.id > ? LIMIT ?": 2,
    "SELECT orders.id FROM orders WHERE orders.id IN (?)": 1,
    "SELECT count(*) FROM items WHERE a = ? AND b = ?": 2,
    "SELECT orders.id FROM orders": 0,
    "SELECT ?": 1,
    "WITH x AS (SELECT 1) SELECT a FROM x WHERE b = ? FOR UPDATE": 1,
    "INSERT INTO orders (id) VALUES (?)": 1,
    "UPDATE orders SET id = ? WHERE id = ?": 2,
    "DELETE FROM orders WHERE id IN (?)": 1,
    "CREATE TABLE orders (id INTEGER)": 0,
    "": 0,
    "nonsense ?": 1,
}
_ROLES: Final = ("equal", "range", "list", "limit", "offset", "other")
_CLASSES: Final = ("Order", "Item", "Tag")


def recordings() -> st.SearchStrategy[Recording]:
    """Draw a recording of up to twelve queries.

    Only its length and a seed are drawn: to draw each field would take a hundred times longer.
    """
    return st.builds(_recording, st.integers(0, 12), st.integers(0, 2**32))


def _recording(length: int, seed: int) -> Recording:
    some = Random(seed)  # noqa: S311 - a test, not a secret
    dropped = some.randrange(3)
    return Recording(
        label=some.choice(["GET /orders", "nightly import", ""]),
        queries=tuple(_query(some, number) for number in range(length)),
        dropped=dropped,
        dropped_duration=dropped * some.random(),
        request=some.choice([None, Request("GET", "/orders", "list_orders", 200)]),
    )


def _query(some: Random, number: int) -> Query:
    statement, size = some.choice(list(_STATEMENTS.items()))
    names = ["", "Order.id"]
    return Query(
        number=number,
        statement=statement,
        summary=" ".join(statement.split()[:2]),
        origin=some.choice(get_args(Origin)),
        duration=some.random() * 2,
        stack=tuple(some.sample(_SITES, some.randrange(4))),
        place=some.randrange(3),
        flush=some.randrange(3),
        values=tuple(_value(some) for _ in range(size)) if some.randrange(4) else (),
        parameters=tuple(Parameter(some.choice(_ROLES), some.choice(names)) for _ in range(size)),
        load=_load(some) if some.randrange(4) else None,
        loaded_for=some.randrange(-1, 5),
        run=some.randrange(-1, 3),
        parent=some.randrange(number) if number and some.randrange(3) else None,
        entities=tuple(some.sample(_CLASSES, some.randrange(3))),
        batch=some.choice([0, 0, 2]),
        rows=some.choice([None, 0, 1, 5]),
        size=some.choice([1, 1, 1, 50]),
        error=some.choice([None, None, "sqlite3.OperationalError"]),
        engine=some.choice(["sqlite://", "postgresql://replica/shop"]),
        is_async=some.random() > 0.5,
        serializing=some.random() > 0.5,
    )


def _value(some: Random) -> Value:
    one = some.randrange(4)
    return one if some.randrange(3) else tuple(some.choices(range(4), k=some.randrange(4)))


def _load(some: Random) -> Load:
    path = tuple(_step(some) for _ in range(some.randrange(1, 4)))
    return Load(
        subject=path[-1].attribute,
        path=path,
        owner=some.choice(_CLASSES),
        base="Order",
        target=some.choice(_CLASSES),
        columns=tuple(some.sample(["a", "b"], some.randrange(3))),
        cause=some.choice(["deferred", "expired", "polymorphic"]),
        strategy=some.choice(["", "select", "deferred", "dynamic", "write_only"]),
        recursive=some.random() > 0.5,
    )


def _step(some: Random) -> Step:
    return Step(
        attribute=f"{some.choice(_CLASSES)}.{some.choice(['items', 'tags', 'order'])}",
        many=some.random() > 0.5,
        via=some.choice(["", "selectinload", "joinedload", "contains_eager"]),
    )
