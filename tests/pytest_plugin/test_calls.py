"""What a test repeats is its own affair: each call into the application is judged on its own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.suite.project import Run
from tests.suite.small import project

APPLICATION: Final = """


def find(number):
    with Session(engine) as session:
        return session.get(Order, number).id


def find_all(numbers):
    with Session(engine) as session:
        return [session.get(Order, number).id for number in numbers]


def find_while_there(number):
    found = []
    with Session(engine) as session:
        while order := session.get(Order, number):
            found.append(order.id)
            number += 1
    return found


def show(number):
    return find(number), count(), count()


def count():
    with Session(engine) as session:
        return len(session.scalars(select(Order.id)).all())


def add():
    with Session(engine) as session:
        session.add(Order())
        session.flush()


def add_four():
    with Session(engine) as session:
        for _ in range(4):
            session.add(Order())
            session.flush()


def orders(session):
    return session.scalars(select(Order)).all()


async def find_async(number):
    return find(number)
"""
CALLS: Final = """
import asyncio

import shop
from sqlalchemy.orm import Session


def look_up(number):
    return shop.find(number)


def test_in_a_loop():
    for number in (1, 2, 3):
        assert shop.find(number) == number


def test_in_a_comprehension():
    assert [shop.find(number) for number in (1, 2, 3)] == [1, 2, 3]


def test_in_a_while():
    number = 3
    while number:
        shop.find(number)
        number -= 1


def test_by_a_helper():
    for number in (1, 2, 3):
        look_up(number)


def test_by_coroutines():
    async def main():
        for number in (1, 2, 3):
            await shop.find_async(number)

    asyncio.run(main())


def test_twice():
    before = shop.count()
    assert shop.count() == before


def test_between_calls_that_write():
    with Session(shop.engine) as session:
        for _ in range(3):
            len(session.scalars(shop.select(shop.Order.id)).all())
            shop.add()


def test_writing_in_a_loop():
    for _ in range(4):
        shop.add()


class TestOfAClass:
    def test_in_a_loop(self):
        for number in (1, 2, 3):
            shop.find(number)
"""
LOOPS: Final = """
import shop
from sqlalchemy.orm import Session


def test_within_a_call():
    shop.find_all([1, 2, 3])


def test_within_a_while():
    shop.find_while_there(1)


def test_within_two_calls():
    for _ in range(2):
        shop.find_all([1, 2, 3])


def test_within_calls_on_two_lines():
    shop.find_all([1, 2, 3])
    shop.find_all([1, 2, 3, 1])


def test_twice_within_a_call():
    shop.show(1)


def test_writing_within_a_call():
    shop.add_four()


def test_of_the_test_itself():
    with Session(shop.engine) as session:
        for number in (1, 2, 3):
            session.get(shop.Order, number)
            session.expunge_all()


def test_over_what_a_call_returned():
    with Session(shop.engine) as session:
        for order in shop.orders(session):
            len(order.items)
"""


def run_of(folder: Path, tests: str, *arguments: str) -> Run:
    """Run *tests* of an application with some functions."""
    made = project(folder, tests)
    with (folder / "shop.py").open("a") as file:
        file.write(APPLICATION)
    made.environment["COLUMNS"] = "200"
    return made.run("--querywatch=fail", *arguments)


def test_calls_that_a_test_repeats_are_no_loop(tmp_path: Path) -> None:
    """In a loop of any kind, by a helper, on an event loop: each is one look-up or one write."""
    run = run_of(tmp_path, CALLS)

    assert run.outcome == "9 passed"
    assert "0 findings" in run.text


def test_a_loop_within_one_call_is_one(tmp_path: Path) -> None:
    """However often the test calls it; so is what the test runs over rows itself."""
    run = run_of(tmp_path, LOOPS)

    assert run.outcome == "8 failed"
    assert "- Failed: 6 queries: query loop SELECT orders ×6 shop.py" in run.text
    assert "- Failed: 7 queries: query loop SELECT orders ×4 shop.py:49\n" in run.text
    assert "- Failed: 4 queries: write loop INSERT orders ×4 shop.py" in run.text
    assert "- Failed: 3 queries: duplicate query SELECT orders ×2 shop.py" in run.text
    assert "- Failed: 4 queries: N+1 Order.items ×3 test_shop.py" in run.text
    assert "add .options(selectinload(Order.items))   4 → 2 queries" in run.text


def test_a_block_is_one_unit_whatever_it_calls(tmp_path: Path) -> None:
    """Whoever writes a block around three calls asks about all three."""
    tests = """
import shop
from querywatch.testing import assert_no_n_plus_one


def test_block():
    with assert_no_n_plus_one():
        for number in (1, 2, 3):
            shop.find(number)
"""
    run = run_of(tmp_path, tests)

    assert "3 queries: query loop SELECT orders ×3 shop.py" in run.text
