"""The number of queries does not depend on the number of rows, or the test says where it does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from querywatch import ConfigurationError
from querywatch.testing import assert_constant_queries
from tests.middleware.shop import Item, Order, cure, shop, sin
from tests.testing.labels import LABELS

GROWS = """\
queries grow with rows: 3 at n=2, 6 at n=5 (+1.0 per row): N+1 Order.items ×5 tests/middleware/shop.py:55
   n=2   n=5  query
     1     1  SELECT orders.id FROM orders                                                      tests/middleware/shop.py:55
     2     5  SELECT items.id, items.sku, items.order_id FROM items WHERE ? = items.order_id    tests/middleware/shop.py:55   grows

QW101 N+1: Order.items lazy-loaded 5× at tests/middleware/shop.py:55 in sin()  [0.0 ms]
"""  # noqa: E501 - what users read
# The labels of SQLAlchemy 2.0 make the statement longer than the table is wide.
GROWS_LABELLED = """\
queries grow with rows: 3 at n=2, 6 at n=5 (+1.0 per row): N+1 Order.items ×5 tests/middleware/shop.py:55
   n=2   n=5  query
     1     1  SELECT orders.id FROM orders                                                                                                  tests/middleware/shop.py:55
     2     5  SELECT items.id AS items_id, items.sku AS items_sku, items.order_id AS items_order_id FROM items WHE… [21 more characters]    tests/middleware/shop.py:55   grows

QW101 N+1: Order.items lazy-loaded 5× at tests/middleware/shop.py:55 in sin()  [0.0 ms]
"""  # noqa: E501 - what users read


def _grower(engine: Engine) -> Callable[[], None]:
    def grow() -> None:
        with Session(engine) as session:
            session.add(Order(items=[Item(sku="pen")]))
            session.commit()

    return grow


def test_a_loop_grows() -> None:
    """The text has the counts at each size, the slope, and the statement that grows."""
    engine = shop(0)
    with pytest.raises(AssertionError) as failure:
        assert_constant_queries(lambda: sin(engine), grow=_grower(engine), sizes=(2, 5))

    text = re.sub(r"\[\d+\.\d ms\]", "[0.0 ms]", str(failure.value))
    assert text.startswith(GROWS_LABELLED if LABELS else GROWS)
    assert text.endswith("add .options(selectinload(Order.items))   6 → 2 queries")


def test_eager_loading_does_not_grow() -> None:
    """Two queries stay two."""
    engine = shop(0)
    calls = []
    assert_constant_queries(lambda: calls.append(cure(engine)), grow=_grower(engine))

    assert [len(rows or ()) for rows in calls] == [2, 5]


def test_what_one_row_hides_shows() -> None:
    """From one row to two a loop grows too."""
    engine = shop(0)
    with pytest.raises(AssertionError, match=r"2 at n=1, 3 at n=2 \(\+1\.0 per row\)"):
        assert_constant_queries(lambda: sin(engine), grow=_grower(engine), sizes=(1, 2))


def test_growth_that_is_allowed_passes() -> None:
    """A relationship, or a statement by its summary, may be named."""
    engine = shop(0)
    for allow in (["Order.items"], ["SELECT items"]):
        assert_constant_queries(lambda: sin(engine), grow=_grower(engine), allow=allow)

    assert len(sin(engine)) == 10


def test_an_async_call_is_awaited() -> None:
    """What the call returns decides, not how it was written."""
    engine = shop(0)

    async def call() -> list[list[str]]:
        return await asyncio.to_thread(sin, engine)

    async def main() -> None:
        await assert_constant_queries(lambda: call(), grow=_grower(engine))  # noqa: PLW0108

    with pytest.raises(AssertionError, match="3 at n=2, 6 at n=5"):
        asyncio.run(main())


def test_an_async_factory_is_awaited() -> None:
    """Rows may be made asynchronously while the call is not."""
    engine = shop(0)
    grow = _grower(engine)

    async def make() -> None:
        await asyncio.to_thread(grow)

    async def main() -> None:
        await assert_constant_queries(lambda: cure(engine), grow=make)

    asyncio.run(main())

    assert len(cure(engine)) == 5


def test_an_async_call_that_fails_keeps_its_exception() -> None:
    """The error of the call is the error of the test."""

    async def call() -> None:
        raise LookupError

    async def main() -> None:
        await assert_constant_queries(call, grow=lambda: None)

    with pytest.raises(LookupError):
        asyncio.run(main())


def test_a_call_without_queries_proves_nothing() -> None:
    """A silent zero is not a constant."""
    engine = shop(0)
    with pytest.raises(AssertionError, match="no query ran at n=2 and n=5"):
        assert_constant_queries(lambda: None, grow=_grower(engine))


@pytest.mark.parametrize("sizes", [(), (2,), (5, 2), (2, 2), (0, 3), (2.5, 5)])
def test_sizes_that_do_not_grow_are_refused(sizes: tuple[int, ...]) -> None:
    """Two numbers or more, each above the last."""
    with pytest.raises(ConfigurationError, match="sizes must be two whole numbers or more"):
        assert_constant_queries(lambda: None, grow=lambda: None, sizes=sizes)
