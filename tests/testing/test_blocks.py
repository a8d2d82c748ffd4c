"""Assertions around a block: what it may run, without any plugin."""

from __future__ import annotations

import asyncio
import re
import unittest
from threading import Lock

import pytest
from sqlalchemy.orm import Session

from querywatch import ConfigurationError, QueryWatchError
from querywatch.testing import assert_max_queries, assert_no_n_plus_one, assert_num_queries
from tests.middleware.shop import Order, cure, shop, sin
from tests.testing.labels import without_labels

TOO_MANY = """\
13 queries, limit 2 (11 over): N+1 Order.items ×12 tests/middleware/shop.py:55

    ×    ms  query
    1   0.0  SELECT orders.id FROM orders
             tests/middleware/shop.py:55 in sin()
   12   0.0  SELECT items.id, items.sku, items.order_id FROM items WHERE ? = items.order_id
             tests/middleware/shop.py:55 in sin()

QW101 N+1: Order.items lazy-loaded 12× at tests/middleware/shop.py:55 in sin()  [0.0 ms]
  used    tests/middleware/shop.py:55  return [[item.sku for item in order.items] for order in session.scalars(select(Order))]
  from    tests/testing/test_blocks.py:0  sin(engine)
  loaded  tests/middleware/shop.py:55  return [[item.sku for item in order.items] for order in session.scalars(select(Order))]
  query   SELECT items.id, items.sku, items.order_id FROM items WHERE ? = items.order_id  (×12)
  fix     tests/middleware/shop.py:55  add .options(selectinload(Order.items))   13 → 2 queries
To accept: assert_max_queries(13)"""  # noqa: E501 - what users read


def _steady(text: str) -> str:
    text = re.sub(r"\d+\.\d(?=  SELECT| ms\])", "0.0", without_labels(text))
    return re.sub(r"(test_blocks\.py):\d+", r"\1:0", text)


def test_a_block_over_its_limit_says_everything() -> None:
    """The failure has the count, the statements, the finding, its fix and how to accept it."""
    engine = shop(12)
    with pytest.raises(AssertionError) as failure, assert_max_queries(2):
        sin(engine)

    assert _steady(str(failure.value)) == TOO_MANY


def test_a_block_within_its_limit_passes() -> None:
    """The cured code runs two queries."""
    engine = shop(12)
    with assert_max_queries(2) as recording:
        cure(engine)

    assert len(recording.report.queries) == 2


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (1, "2 queries, expected 1 (1 more): SELECT orders ×1"),
        (3, "2 queries, expected 3 (1 fewer): SELECT orders ×1"),
        (0, "2 queries, expected 0 (2 more): SELECT orders ×1"),
    ],
)
def test_an_exact_number_is_exact(expected: int, said: str) -> None:
    """Fewer than expected is a failure as well."""
    engine = shop()
    with pytest.raises(AssertionError) as failure, assert_num_queries(expected):
        cure(engine)

    assert str(failure.value).startswith(said)


def test_the_right_number_passes() -> None:
    """Two are two."""
    engine = shop()
    with assert_num_queries(2) as recording:
        cure(engine)

    assert recording.report.recording.query_count == 2


def test_a_loop_is_objected_to() -> None:
    """The first line has kind, subject and place."""
    engine = shop()
    with pytest.raises(AssertionError) as failure, assert_no_n_plus_one():
        sin(engine)

    first, *_, last = str(failure.value).splitlines()
    assert first == "4 queries: N+1 Order.items ×3 tests/middleware/shop.py:55"
    assert last == 'To accept: assert_no_n_plus_one(allow=["Order.items"])'


@pytest.mark.parametrize("allow", [["Order.items"], ["QW101"], ["n_plus_one"]])
def test_what_is_allowed_is_not_objected_to(allow: list[str]) -> None:
    """A finding is allowed by its subject, its code or its kind."""
    engine = shop()
    with assert_no_n_plus_one(allow=allow) as recording:
        sin(engine)

    assert len(recording.report.findings) == 1


def test_eager_loading_passes() -> None:
    """The cure has no loop."""
    engine = shop()
    with assert_no_n_plus_one() as recording:
        cure(engine)

    assert recording.report.findings == ()


def test_one_row_proves_nothing() -> None:
    """With one order nobody can see a loop over orders."""
    engine = shop(1)
    with pytest.raises(AssertionError) as failure, assert_no_n_plus_one():
        sin(engine)

    first, *_, last = str(failure.value).splitlines()
    assert first == "N+1 not observable with 1 Order: Order.items tests/middleware/shop.py:55"
    assert last.startswith("Give the test two rows or more")


def test_one_row_by_intention_is_left_alone() -> None:
    """A detail page asks for one row however many there are."""
    engine = shop(1)
    with assert_no_n_plus_one() as recording, Session(engine) as session:
        found = session.get(Order, 1)
        skus = [item.sku for item in found.items] if found else []

    assert skus == ["pen"]
    assert len(recording.report.queries) == 2


def test_one_row_may_be_allowed() -> None:
    """Whoever names the relationship has decided."""
    engine = shop(1)
    with assert_no_n_plus_one(allow=["Order.items"]) as recording:
        sin(engine)

    assert len(recording.report.queries) == 2


def test_an_exception_of_the_block_stays_what_it_is() -> None:
    """Code that failed on its own is not second-guessed."""
    engine = shop()

    def fail() -> None:
        sin(engine)
        raise LookupError

    with pytest.raises(LookupError), assert_max_queries(1):
        fail()


def test_it_holds_around_await() -> None:
    """A task group within the block is part of it."""
    engine, connection = shop(), Lock()

    def work() -> None:
        # There is one connection, and SQLite would mix up what two threads read from it.
        with connection:
            cure(engine)

    async def fan_out() -> None:
        with assert_max_queries(3):
            async with asyncio.TaskGroup() as group:
                for _ in range(2):
                    group.create_task(asyncio.to_thread(work))

    with pytest.raises(AssertionError) as failure:
        asyncio.run(fan_out())

    assert str(failure.value).startswith("4 queries, limit 3 (1 over): ")


def test_unittest_reports_a_failure_and_no_error() -> None:
    """It raises what unittest takes for a failed assertion."""
    engine = shop()

    class Case(unittest.TestCase):
        def test_it(self) -> None:
            with assert_max_queries(1):
                cure(engine)

    result = unittest.TestResult()
    Case("test_it").run(result)

    assert (len(result.failures), len(result.errors)) == (1, 0)


def test_a_block_is_used_once() -> None:
    """A second use would judge two blocks by one limit."""
    engine = shop()
    block = assert_max_queries(2)
    with block:
        cure(engine)

    with pytest.raises(QueryWatchError, match="was used already"), block:
        pass


@pytest.mark.parametrize("limit", [-1, True, "2", 1.5])
def test_a_limit_that_is_none_is_refused(limit: int) -> None:
    """The message has the name and the value."""
    with pytest.raises(ConfigurationError, match=r"max_queries must be a whole number from 0, not"):
        assert_max_queries(limit)


def test_a_bare_word_is_not_taken_for_a_list() -> None:
    """Its letters would be allowed otherwise."""
    with pytest.raises(ConfigurationError, match=r"allow must be a list such as"):
        assert_no_n_plus_one(allow="Order.items")
