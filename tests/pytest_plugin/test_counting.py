"""What counts: the body of the test, wherever its statements ran, and nothing around it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from tests.suite.small import project

COUNTED = """
import unittest


@pytest.fixture
def rows():
    cure()
    yield
    cure()


@pytest.mark.max_queries(2)
def test_body_alone(rows):
    cure()


@pytest.mark.querywatch(max_queries=2, count="all")
def test_fixtures_too(rows):
    cure()


@pytest.fixture
def broken():
    cure()
    raise LookupError


@pytest.mark.querywatch(max_queries=1, count="all")
def test_of_a_broken_fixture(broken):
    cure()


class TestCase(unittest.TestCase):
    def setUp(self):
        cure()

    @pytest.mark.max_queries(2)
    def test_method_alone(self):
        cure()

    @pytest.mark.max_queries(1)
    def test_method_over(self):
        cure()


class TestAsyncCase(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        cure()

    @pytest.mark.max_queries(2)
    async def test_method_alone(self):
        cure()

    @pytest.mark.max_queries(1)
    async def test_method_over(self):
        cure()


@pytest.mark.max_queries(2)
def test_set_up_of_a_connection_and_of_a_transaction():
    from sqlalchemy import text
    from shop import engine

    with engine.begin() as connection:
        with connection.begin_nested():
            connection.execute(text("SELECT id FROM orders"))
        connection.execute(
            text("UPDATE items SET order_id = order_id WHERE id = :id"), [{"id": 1}, {"id": 2}]
        )


def test_blocks(querywatch_recorder):
    with querywatch_recorder(max_queries=2) as first:
        cure()
    with querywatch_recorder() as second:
        sin()
    assert [len(one.report.queries) for one in (first, second)] == [2, 4]
    with querywatch_recorder(max_queries=3):
        sin()
"""

UNSEEN = """
import sqlite3

import pytest


@pytest.mark.max_queries(2)
def test_raw():
    sqlite3.connect(":memory:").execute("SELECT 1")
"""

QUIET = """
import pytest
from sqlalchemy import create_engine, text

engine = create_engine("sqlite://")
with engine.connect() as connection:
    connection.execute(text("SELECT 1"))


@pytest.mark.max_queries(2)
def test_that_happens_to_run_nothing():
    pass
"""


def test_only_the_body_counts(tmp_path: Path) -> None:
    """Fixtures, setUp, connections and transactions do not, unless fixtures are asked for."""
    run = project(tmp_path, COUNTED).run("-v")

    assert run.broken == {
        "test_shop.py::test_fixtures_too",
        "test_shop.py::test_of_a_broken_fixture",
        "test_shop.py::TestCase::test_method_over",
        "test_shop.py::TestAsyncCase::test_method_over",
        "test_shop.py::test_blocks",
    }
    assert "4 queries, limit 2 (2 over): SELECT orders ×2 shop.py:" in run.text
    assert "4 queries, limit 3 (1 over): N+1 Order.items ×3 shop.py:" in run.text
    assert "To accept: querywatch_recorder(max_queries=4)" in run.text
    assert run.outcome == "4 failed, 4 passed, 1 error"


def test_a_limit_that_watches_nothing_is_an_error(tmp_path: Path) -> None:
    """Without any engine the limit would hold for ever."""
    made = project(tmp_path, "")
    (tmp_path / "test_shop.py").write_text(UNSEEN)
    run = made.run()

    assert "no engine was ever seen, so max_queries=2 proves nothing" in run.text
    assert run.outcome == "1 failed"


def test_an_engine_that_connected_early_is_seen(tmp_path: Path) -> None:
    """It may have done so while the tests were collected, before anybody watched."""
    made = project(tmp_path, "")
    (tmp_path / "test_shop.py").write_text(QUIET)
    run = made.run()

    assert run.outcome == "1 passed"


def test_junit_has_the_number_of_queries(tmp_path: Path) -> None:
    """One property for each test that was watched, none for the others."""
    tests = """
@pytest.mark.max_queries(9)
def test_watched():
    sin()


def test_unwatched():
    sin()
"""
    project(tmp_path, tests).run("--junit-xml=junit.xml")
    found = {
        case.get("name"): [(one.get("name"), one.get("value")) for one in case.iter("property")]
        for case in ET.parse(tmp_path / "junit.xml").iter("testcase")  # noqa: S314
    }

    assert found == {"test_watched": [("querywatch_queries", "4")], "test_unwatched": []}
