"""Recordings made by hand: a few queries, and what a detector says of them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from querywatch import CallSite, Finding, Query, Recording
from querywatch.analysis import Detector
from querywatch.model import Load, Parameter, Step

LOOP = CallSite("app/shop.py", 37, "list_orders", "order.items")
HEAD = CallSite("app/shop.py", 36, "list_orders", "for order in session.scalars(select(Order)):")

ORDERS = Query(
    number=0,
    statement="SELECT orders.id FROM orders",
    summary="SELECT orders",
    stack=(HEAD,),
    place=0,
    entities=("Order",),
    duration=0.001,
)
BY_ID = Parameter("equal", "Order.id")


def recording(*queries: Query | Iterable[Query], **more: Any) -> Recording:
    """Put *queries*, or lists of them, into one recording and number them."""
    flat = chain.from_iterable([one] if isinstance(one, Query) else one for one in queries)
    numbered = tuple(one._replace(number=number) for number, one in enumerate(flat))
    return Recording(label="GET /orders", queries=numbered, **more)


def read(value: int, **more: Any) -> Query:
    """Make a select by key on one line, with *value*."""
    options: dict[str, Any] = {
        "number": 0,
        "statement": "SELECT orders.id FROM orders WHERE orders.id = ?",
        "summary": "SELECT orders",
        "stack": (LOOP,),
        "place": 1,
        "values": (value,),
        "parameters": (BY_ID,),
        "entities": ("Order",),
        "duration": 0.002,
    }
    return Query(**{**options, **more})


def lazy(parent: int, /, **more: Any) -> Query:
    """Make a lazy load of `Order.items` for object *parent* of query 0."""
    load = Load(
        "Order.items",
        path=(Step("Order.items", many=True),),
        owner="Order",
        base="Order",
        target="Item",
    )
    options: dict[str, Any] = {
        "number": 0,
        "statement": "SELECT items.id FROM items WHERE ? = items.order_id",
        "summary": "SELECT items",
        "origin": "lazy",
        "stack": (LOOP,),
        "place": 2,
        "values": (parent,),
        "parameters": (Parameter("equal", "Item.order_id"),),
        "load": load,
        "parent": 0,
        "loaded_for": parent,
        "run": 5,
        "duration": 0.002,
    }
    return Query(**{**options, **more})


def column(
    parent: int, /, *, cause: str = "deferred", strategy: str = "deferred", **more: Any
) -> Query:
    """Make a load of the column `Order.remarks` for object *parent* of query 0."""
    load = Load(
        "Order.remarks",
        owner="Order",
        base="Order",
        columns=("remarks",),
        cause=cause,
        strategy=strategy,
    )
    options: dict[str, Any] = {
        "number": 0,
        "statement": "SELECT orders.remarks FROM orders WHERE orders.id = ?",
        "summary": "SELECT orders",
        "origin": "column",
        "stack": (LOOP,),
        "place": 3,
        "values": (parent,),
        "parameters": (BY_ID,),
        "load": load,
        "parent": 0,
        "loaded_for": parent,
        "run": 5,
        "duration": 0.002,
    }
    return Query(**{**options, **more})


def write(**more: Any) -> Query:
    """Make an insert of one row on one line."""
    options: dict[str, Any] = {
        "number": 0,
        "statement": "INSERT INTO orders (status) VALUES (?)",
        "summary": "INSERT orders",
        "origin": "core",
        "stack": (LOOP,),
        "place": 4,
        "duration": 0.002,
    }
    return Query(**{**options, **more})


def found(detector: Detector, scene: Recording) -> list[Finding]:
    """Ask *detector* about *scene*."""
    return list(detector(scene))
