"""QW102 on recordings made by hand."""

from __future__ import annotations

import pytest

from querywatch import Finding
from querywatch.detectors import ColumnLoop
from tests.detectors.scenes import HEAD, LOOP, ORDERS, column, found, recording


def test_the_finding_says_everything() -> None:
    """Subject, both lines, the fix, its place, the prediction and the evidence."""
    scene = recording(ORDERS, [column(number) for number in range(4)])

    assert found(ColumnLoop(), scene) == [
        Finding(
            code="QW102",
            subject="Order.remarks",
            message="deferred Order.remarks loaded 4×, one object at a time",
            count=4,
            duration=0.008,
            statement="SELECT orders.remarks FROM orders WHERE orders.id = ?",
            used_at=LOOP,
            loaded_at=HEAD,
            fix="add .options(undefer(Order.remarks))",
            fix_at=HEAD,
            queries_before=5,
            queries_after=1,
            evidence=(1, 2, 3, 4),
        )
    ]


def test_the_headline_is_the_promised_one() -> None:
    """Code, kind, what, where and how long."""
    (finding,) = found(ColumnLoop(), recording(ORDERS, [column(n) for n in range(3)]))

    assert finding.headline == (
        "QW102 column loop: deferred Order.remarks loaded 3×, one object at a time"
        " at app/shop.py:37 in list_orders()  [6.0 ms]"
    )


def test_three_objects_are_a_loop_and_two_are_not() -> None:
    """Column loads are objected to from three objects on."""
    assert len(found(ColumnLoop(), recording(ORDERS, [column(n) for n in range(3)]))) == 1
    assert found(ColumnLoop(), recording(ORDERS, [column(n) for n in range(2)])) == []


def test_one_object_again_is_not_another_object() -> None:
    """One object refreshed many times is no loop over objects."""
    assert found(ColumnLoop(), recording(ORDERS, [column(1) for _ in range(5)])) == []


@pytest.mark.parametrize(
    ("cause", "words", "fix"),
    [
        ("deferred", "deferred Order.remarks", "add .options(undefer(Order.remarks))"),
        ("expired", "expired Order", "expire_on_commit=False"),
        ("polymorphic", "subclass columns of Order", "selectin_polymorphic(Order, [Order])"),
    ],
)
def test_the_cause_decides_the_cure(cause: str, words: str, fix: str) -> None:
    """Three causes, three different cures."""
    scene = recording(ORDERS, [column(n, cause=cause) for n in range(3)])

    (finding,) = found(ColumnLoop(), scene)
    assert finding.message.startswith(words)
    assert fix in (finding.fix or "")


def test_a_column_left_out_by_the_query_is_not_undeferred() -> None:
    """SQLAlchemy refuses `undefer()` beside the `defer()` of one column: the option goes."""
    scene = recording(ORDERS, [column(n, strategy="") for n in range(3)])

    (finding,) = found(ColumnLoop(), scene)
    assert finding.fix == (
        "load Order.remarks in the query: name it in load_only(), or do not defer() it"
    )


def test_pages_of_one_list_are_one_query_to_edit() -> None:
    """Two objects of each page, four pages: one loop over eight objects."""
    pages = [ORDERS for _ in range(4)]
    scene = recording(pages, [column(n, parent=n // 2) for n in range(8)])

    (finding,) = found(ColumnLoop(), scene)
    assert finding.count == 8
    assert finding.loaded_at == HEAD


def test_objects_loaded_singly_are_no_loop() -> None:
    """One object of each query, on one line or on several."""
    singles = [ORDERS for _ in range(4)]
    scene = recording(singles, [column(n, parent=n) for n in range(4)])

    assert found(ColumnLoop(), scene) == []


def test_the_threshold_counts_objects() -> None:
    """`objects` is the smallest number that is objected to."""
    scene = recording(ORDERS, [column(n) for n in range(3)])

    assert len(found(ColumnLoop(objects=2), scene)) == 1
    assert found(ColumnLoop(objects=4), scene) == []
