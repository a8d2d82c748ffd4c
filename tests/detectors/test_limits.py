"""QW301, QW302 and QW303 on recordings made by hand."""

from __future__ import annotations

from querywatch import Finding
from querywatch.detectors import QueryBudget, SlowQuery, TimeBudget
from tests.detectors.scenes import LOOP, found, read, recording


def test_a_query_budget_says_how_much_is_over() -> None:
    """Count, limit and what is over it."""
    scene = recording([read(n, duration=0.25) for n in range(4)])

    (finding,) = found(QueryBudget(2), scene)
    assert finding == Finding(
        code="QW301",
        subject="GET /orders",
        message="4 queries, limit 2 (2 over)",
        count=4,
        duration=1.0,
    )
    assert finding.headline == "QW301 query budget: 4 queries, limit 2 (2 over)  [1000.0 ms]"


def test_a_query_budget_may_be_used_up() -> None:
    """As many as allowed are allowed."""
    assert found(QueryBudget(4), recording([read(n) for n in range(4)])) == []


def test_queries_that_were_not_kept_count_too() -> None:
    """What was dropped ran."""
    (finding,) = found(QueryBudget(4), recording(read(1), dropped=4))

    assert finding.count == 5


def test_a_time_budget_says_both_times() -> None:
    """Milliseconds in the database, and how many were allowed."""
    scene = recording([read(n, duration=0.25) for n in range(4)], dropped_duration=0.5)

    (finding,) = found(TimeBudget(1.0), scene)
    assert finding == Finding(
        code="QW302",
        subject="GET /orders",
        message="1,500.0 ms in the database, limit 1,000.0 ms",
        count=4,
        duration=1.5,
    )


def test_a_time_budget_may_be_used_up() -> None:
    """Exactly the time allowed is allowed."""
    assert found(TimeBudget(1.0), recording([read(n, duration=0.25) for n in range(4)])) == []


def test_a_slow_query_says_everything() -> None:
    """One statement at or above the limit, with its line."""
    assert found(SlowQuery(0.5), recording(read(1, duration=0.5), read(2))) == [
        Finding(
            code="QW303",
            subject="SELECT orders.id FROM orders WHERE orders.id = ?",
            message="SELECT orders took 500.0 ms, limit 500.0 ms",
            duration=0.5,
            statement="SELECT orders.id FROM orders WHERE orders.id = ?",
            used_at=LOOP,
            evidence=(0,),
        )
    ]


def test_slow_queries_of_one_place_are_one_finding() -> None:
    """Counted together, with the worst of their times."""
    scene = recording(read(1, duration=0.6), read(2, duration=0.7), read(3, place=9, duration=2.0))

    assert [finding.message for finding in found(SlowQuery(), scene)] == [
        "SELECT orders 2×, up to 700.0 ms, limit 500.0 ms",
        "SELECT orders took 2,000.0 ms, limit 500.0 ms",
    ]


def test_quick_queries_are_silent() -> None:
    """Below the limit nothing is said."""
    assert found(SlowQuery(0.5), recording([read(n, duration=0.499) for n in range(9)])) == []
