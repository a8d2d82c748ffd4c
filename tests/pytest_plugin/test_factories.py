"""Rows that factories make in the body of a test are no part of what is tested."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from querywatch.pytest_plugin import factories
from querywatch.pytest_plugin.factories import is_factory, is_test_code
from tests.suite.project import Run
from tests.suite.small import project

CONFTEST: Final = """
from functools import partial

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

import shop
from shop import Item, Order, engine


@pytest.fixture
def make_order():
    def make():
        with Session(engine) as session:
            order = Order(items=[Item()])
            session.add(order)
            session.commit()
            session.refresh(order)
            return order.id

    return make


class Maker:
    def order(self):
        with engine.begin() as connection:
            connection.execute(insert(Order))


@pytest.fixture
def insert_order():
    return Maker().order


@pytest.fixture
def add_orders():
    def add(session, count):
        for _ in range(count):
            session.add(Order())
            session.flush()

    return partial(add, count=4)


@pytest.fixture
def of_the_application():
    return shop.import_orders
"""
IMPORTING: Final = """


def import_orders(count):
    with Session(engine) as session:
        for _ in range(count):
            session.add(Order())
            session.flush()


def page_of_order(number):
    with Session(engine) as session:
        order = session.get(Order, number)
        return len(order.items)
"""
HELPERS: Final = """
from sqlalchemy.orm import Session

from shop import Order, engine


def order():
    with Session(engine) as session:
        session.add(Order())
        session.commit()
"""
TESTS: Final = """
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

import shop
from shop import Order, engine


@pytest.mark.max_queries(2)
def test_made_by_a_fixture(make_order):
    for _ in range(4):
        make_order()
    cure()


@pytest.mark.querywatch(detect=True, max_queries=0)
def test_made_by_a_method(insert_order):
    for _ in range(4):
        insert_order()


@pytest.mark.querywatch(detect=True, max_queries=0)
def test_made_by_a_partial(add_orders):
    with Session(engine) as session:
        add_orders(session)


@pytest.mark.querywatch(detect=True, max_queries=0)
def test_made_by_a_helper():
    from support.tests.factories import order

    for _ in range(4):
        order()


@pytest.mark.querywatch(max_queries=2, count="all")
def test_all_of_them(make_order):
    make_order()
    cure()


@pytest.mark.max_queries(1)
def test_read_beside(make_order):
    make_order()
    cure()


@pytest.mark.querywatch(detect=True)
def test_a_loop_beside(make_order):
    for _ in range(2):
        make_order()
    sin()


@pytest.mark.max_queries(3)
def test_written_by_the_test_itself():
    with Session(engine) as session:
        for _ in range(4):
            session.add(Order())
            session.flush()


@pytest.mark.querywatch(detect=True)
def test_written_by_the_application(of_the_application):
    of_the_application(4)


@pytest.mark.max_queries(0)
def test_read_by_a_fixture(request):
    request.getfixturevalue("make_order")
    shop.page_of_order(1)


def test_in_a_block(make_order, querywatch_recorder):
    with querywatch_recorder(max_queries=1):
        make_order()
"""


def run_of(folder: Path, tests: str, *arguments: str) -> Run:
    """Run *tests* beside factories of every kind."""
    made = project(folder, tests)
    (folder / "conftest.py").write_text(CONFTEST)
    with (folder / "shop.py").open("a") as file:
        file.write(IMPORTING)
    (folder / "support/tests").mkdir(parents=True)
    (folder / "support/tests/factories.py").write_text(HELPERS)
    made.environment["COLUMNS"] = "200"
    return made.run(*arguments)


def test_what_a_factory_writes_is_not_counted(tmp_path: Path) -> None:
    """Whatever else writes is, what a factory's neighbours read, and all where it is asked for."""
    run = run_of(tmp_path, TESTS)

    assert run.broken == {
        "test_shop.py::test_all_of_them",
        "test_shop.py::test_read_beside",
        "test_shop.py::test_a_loop_beside",
        "test_shop.py::test_written_by_the_test_itself",
        "test_shop.py::test_written_by_the_application",
        "test_shop.py::test_read_by_a_fixture",
        "test_shop.py::test_in_a_block",
    }
    assert "- Failed: 2 queries, limit 1 (1 over): SELECT orders ×1 shop.py" in run.text
    assert 'and 3 queries that make rows for the test: count="all" counts them' in run.text
    assert "4 queries, limit 3 (1 over): write loop INSERT orders ×4 test_shop.py" in run.text
    assert "write loop INSERT orders ×4 shop.py" in run.text


def test_what_a_factory_writes_is_no_finding(tmp_path: Path) -> None:
    """Neither listed nor in a baseline; what the application writes in a loop is both."""
    run = run_of(tmp_path, TESTS, "--querywatch=report", "-k", "made_by or by_the_application")

    assert "querywatch: 5 tests, 6 queries, 1 finding" in run.text
    assert "QW104 write loop: INSERT orders 4×, one row at a time at shop.py" in run.text


FACTORY_BOY: Final = """
import factory
from sqlalchemy.orm import Session

from shop import Order, engine

session = Session(engine)


class OrderFactory(factory.alchemy.SQLAlchemyModelFactory):
    class Meta:
        model = Order
        sqlalchemy_session = session
        sqlalchemy_session_persistence = "flush"


@pytest.mark.querywatch(detect=True, max_queries=2)
def test_batch():
    OrderFactory.create_batch(4)
    cure()


@pytest.mark.querywatch(max_queries=2, count="all")
def test_all():
    OrderFactory.create_batch(4)
"""


def test_what_factory_boy_writes_is_not_counted(tmp_path: Path) -> None:
    """Told by its own frames: the line of the application below them is the test's."""
    run = run_of(tmp_path, FACTORY_BOY)

    assert run.broken == {"test_shop.py::test_all"}
    assert "- Failed: 4 queries, limit 2 (2 over): write loop INSERT orders ×4 factory/" in run.text


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("conftest.py", (False, True)),
        ("app/conftest.py", (False, True)),
        ("tests/factories.py", (True, True)),
        ("tests/factories/orders.py", (True, True)),
        ("app/test/order_fixtures.py", (True, True)),
        ("tests/app/orders.py", (False, True)),
        ("app/factories.py", (False, False)),
        ("app/orders.py", (False, False)),
        ("/home/tests/factories/orders.py", (False, False)),
        ("factory/alchemy.py", (True, False)),
        ("<string>", (False, False)),
        ("", (False, False)),
    ],
)
def test_factories_are_told_by_where_they_are(file: str, expected: tuple[bool, bool]) -> None:
    """A module below `tests` that is named for what it does, or a library."""
    assert (is_factory(file), is_test_code(file)) == expected


def test_a_package_of_the_application_may_have_the_name_of_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in the project is the project's."""
    monkeypatch.setattr(factories, "project_root", tmp_path.as_posix)
    (tmp_path / "factory").mkdir()
    (tmp_path / "factory/lines.py").write_text("")

    assert not is_factory("factory/lines.py")
