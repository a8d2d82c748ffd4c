"""QW103 on recordings made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from querywatch import Finding, Query
from querywatch.detectors import QueryLoop
from querywatch.model import Parameter
from tests.detectors.scenes import LOOP, found, read, recording


def test_the_finding_says_everything() -> None:
    """Subject, line, the fix, its place, the prediction and the evidence."""
    scene = recording([read(number) for number in range(7)])

    assert found(QueryLoop(), scene) == [
        Finding(
            code="QW103",
            subject="SELECT orders.id FROM orders WHERE orders.id = ?",
            message="SELECT orders 7×",
            count=7,
            duration=0.014,
            statement="SELECT orders.id FROM orders WHERE orders.id = ?",
            used_at=LOOP,
            fix="fetch the rows once: .where(Order.id.in_(ids))",
            fix_at=LOOP,
            queries_before=7,
            queries_after=1,
            evidence=tuple(range(7)),
        )
    ]


def test_the_headline_is_the_promised_one() -> None:
    """Code, kind, what, where and how long."""
    (finding,) = found(QueryLoop(), recording([read(n) for n in range(7)]))

    assert finding.headline == (
        "QW103 query loop: SELECT orders 7× at app/shop.py:37 in list_orders()  [14.0 ms]"
    )
    assert finding.prediction == "7 → 1 query"


def test_three_values_are_a_loop_and_two_are_not() -> None:
    """Repeats are objected to from three on."""
    assert len(found(QueryLoop(), recording([read(n) for n in range(3)]))) == 1
    assert found(QueryLoop(), recording([read(n) for n in range(2)])) == []


def test_the_same_values_again_are_no_loop() -> None:
    """A poll or a repeated permission check is another matter."""
    assert found(QueryLoop(), recording([read(7) for _ in range(9)])) == []


def test_two_lines_are_no_loop() -> None:
    """The same lookup on several lines of the code."""
    assert found(QueryLoop(), recording([read(n, place=n) for n in range(9)])) == []


@pytest.mark.parametrize("origin", ["lazy", "column", "eager", "flush", "bulk"])
def test_what_the_orm_does_by_itself_is_not_this_loop(origin: str) -> None:
    """Those have rules of their own, or none."""
    assert found(QueryLoop(), recording([read(n, origin=origin) for n in range(5)])) == []


@pytest.mark.parametrize("origin", ["select", "get", "refresh", "core", "text", "driver"])
def test_what_the_application_asks_is_this_loop(origin: str) -> None:
    """However it asks."""
    assert len(found(QueryLoop(), recording([read(n, origin=origin) for n in range(5)]))) == 1


def _page(number: int, role: str, name: str = "") -> Query:
    parameters = (Parameter(role, name), Parameter("limit"))
    return read(0, values=(number, 50), parameters=parameters)


@pytest.mark.parametrize("role", ["offset", "range", "limit"])
def test_pages_are_no_loop(role: str) -> None:
    """Walking through a list by OFFSET or by key, with a limit."""
    assert found(QueryLoop(), recording([_page(n, role) for n in range(5)])) == []


def test_the_first_of_each_is_a_loop() -> None:
    """A limit alone makes no pages: what varies is compared for equality."""
    scene = recording([_page(n, "equal", "Item.order_id") for n in range(5)])

    (finding,) = found(QueryLoop(), scene)
    assert "PARTITION BY Item.order_id" in (finding.fix or "")
    assert finding.prediction == "likely 5 → 1 query"


def _batch(*values: int) -> Query:
    return read(0, values=(values,), parameters=(Parameter("list", "Order.id"),))


def test_disjoint_batches_are_no_loop() -> None:
    """One set of keys, fetched in lists of one size; the last may be shorter."""
    scene = recording(_batch(1, 2, 3), _batch(4, 5, 6), _batch(7, 8, 9), _batch(10))

    assert found(QueryLoop(), scene) == []


@pytest.mark.parametrize(
    "lists",
    [
        ((1,), (2,), (3,)),
        ((1, 2), (2, 3), (3, 4)),
        ((1, 2, 3), (4, 5), (6, 7), (8,)),
    ],
    ids=["one key each", "overlapping", "of all sizes"],
)
def test_other_lists_are_a_loop(lists: tuple[tuple[int, ...], ...]) -> None:
    """Lists of one key, lists that overlap, lists of all sizes."""
    assert len(found(QueryLoop(), recording([_batch(*values) for values in lists]))) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT ?",
        "SELECT nextval(?)",
        "SELECT c.relname FROM pg_catalog.pg_class c WHERE c.relname = ?",
        "SELECT t.name FROM information_schema.tables t WHERE t.name = ?",
        "SELECT sql FROM sqlite_master WHERE name = ?",
        "INSERT INTO orders (id) VALUES (?)",
        "WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM gone WHERE id = ?",
        "EXPLAIN SELECT id FROM orders WHERE id = ?",
    ],
)
def test_what_reads_no_rows_of_the_application_is_no_loop(statement: str) -> None:
    """Pings, functions, the catalog, writes."""
    assert found(QueryLoop(), recording([read(n, statement=statement) for n in range(5)])) == []


@pytest.mark.parametrize(
    "statement",
    [
        "WITH some AS (SELECT id FROM orders WHERE id = ?) SELECT id FROM some",
        "WITH some AS (SELECT id FROM orders WHERE id = ?) SELECT id FROM some FOR UPDATE",
        "WITH some AS (SELECT replace(a, b, c) FROM orders) SELECT id FROM some WHERE id = ?",
        "select id from orders where id = ?",
        "SELECT orders.id FROM orders WHERE id = ? UNION SELECT id FROM deleted_orders",
    ],
)
def test_what_reads_rows_of_the_application_is_a_loop(statement: str) -> None:
    """Whatever words stand in it, a read is a read."""
    assert len(found(QueryLoop(), recording([read(n, statement=statement) for n in range(5)]))) == 1


def test_unknown_values_are_no_evidence() -> None:
    """Where values were not kept, nobody knows whether they differ."""
    assert found(QueryLoop(), recording([read(0, values=()) for _ in range(5)])) == []


@pytest.mark.parametrize(
    ("more", "fix"),
    [
        ({"origin": "get"}, "fetch the rows once: select(Order).where(Order.id.in_(ids))"),
        ({"origin": "text"}, "fetch the rows once: WHERE Order.id IN (...)"),
        (
            {"statement": "SELECT count(*) FROM items WHERE items.order_id = ?"},
            "compute them once: .where(Order.id.in_(ids)).group_by(Order.id)",
        ),
        ({"parameters": (Parameter("other"),)}, "fetch the rows for all of them once, before"),
    ],
)
def test_the_fix_fits_the_query(more: dict[str, Any], fix: str) -> None:
    """A get, a text, a count, and one whose parameter is compared with nothing."""
    (finding,) = found(QueryLoop(), recording([read(n, **more) for n in range(5)]))

    assert (finding.fix or "").startswith(fix)


def test_the_threshold_counts_different_values() -> None:
    """`repeats` is the smallest number that is objected to."""
    scene = recording([read(n) for n in range(4)])

    assert len(found(QueryLoop(repeats=4), scene)) == 1
    assert found(QueryLoop(repeats=5), scene) == []
