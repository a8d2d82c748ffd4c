"""What a failing test says, word for word, on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.databases import Database, sync_databases
from tests.suite.project import Project, Run
from tests.testing.labels import without_labels

DATABASES = [one for one in sync_databases() if "mysql" not in str(one.id)]

SHOP = """\
import os

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.orm import selectinload

engine = create_engine(os.environ["SHOP"])


class Base(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True)


class Order(Base):
    __tablename__ = "orders"
    items: Mapped[list["Item"]] = relationship()


class Item(Base):
    __tablename__ = "items"
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))


def make_order():
    with Session(engine) as session:
        session.add(Order(items=[Item()]))
        session.commit()


def sin():
    with Session(engine) as session:
        orders = session.scalars(select(Order))
        return [len(order.items) for order in orders]


def cure():
    with Session(engine) as session:
        orders = select(Order).options(selectinload(Order.items))
        return [len(order.items) for order in session.scalars(orders)]
"""

TESTS = """\
import pytest
from querywatch.testing import assert_constant_queries
from shop import Base, cure, engine, make_order, sin


@pytest.fixture(autouse=True)
def data():
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)


@pytest.fixture
def orders():
    for _ in range(12):
        make_order()


@pytest.mark.max_queries(2)
def test_limit(orders):
    sin()


@pytest.mark.max_queries(2)
def test_cured(orders):
    cure()


@pytest.mark.querywatch(detect=True)
def test_detect(orders):
    sin()


@pytest.mark.querywatch(detect=True)
def test_one_row():
    make_order()
    sin()


@pytest.mark.querywatch(max_db_seconds=0.0000001)
def test_slow():
    cure()


def test_growth():
    assert_constant_queries(sin, grow=make_order)
"""

LIMIT = """\
13 queries, limit 2 (11 over): N+1 Order.items ×12 shop.py:33

    ×    ms  query
    1   0.0  SELECT orders.id FROM orders
             shop.py:32 in sin()
   12   0.0  SELECT items.order_id, items.id FROM items WHERE ? = items.order_id
             shop.py:33 in sin()

QW101 N+1: Order.items lazy-loaded 12× at shop.py:33 in sin()  [0.0 ms]
  used    shop.py:33  return [len(order.items) for order in orders]
  from    test_shop.py:20  sin()
  loaded  shop.py:32  orders = session.scalars(select(Order))
  query   SELECT items.order_id, items.id FROM items WHERE ? = items.order_id  (×12)
  fix     shop.py:32  add .options(selectinload(Order.items))   13 → 2 queries
To accept: @pytest.mark.querywatch(max_queries=13)\
   To accept every present finding: pytest --querywatch=fail --querywatch-update
"""

DETECT = """\
13 queries: N+1 Order.items ×12 shop.py:33

    ×    ms  query
    1   0.0  SELECT orders.id FROM orders
             shop.py:32 in sin()
   12   0.0  SELECT items.order_id, items.id FROM items WHERE ? = items.order_id
             shop.py:33 in sin()

QW101 N+1: Order.items lazy-loaded 12× at shop.py:33 in sin()  [0.0 ms]
  used    shop.py:33  return [len(order.items) for order in orders]
  from    test_shop.py:30  sin()
  loaded  shop.py:32  orders = session.scalars(select(Order))
  query   SELECT items.order_id, items.id FROM items WHERE ? = items.order_id  (×12)
  fix     shop.py:32  add .options(selectinload(Order.items))   13 → 2 queries
To accept: @pytest.mark.querywatch(allow=["Order.items"])
"""

ONE_ROW = """\
N+1 not observable with 1 Order: Order.items shop.py:33

    ×    ms  query
    1   0.0  INSERT INTO orders DEFAULT VALUES
             shop.py:27 in make_order()
    1   0.0  INSERT INTO items (order_id) VALUES (?)
             shop.py:27 in make_order()
    1   0.0  SELECT orders.id FROM orders
             shop.py:32 in sin()
    1   0.0  SELECT items.order_id, items.id FROM items WHERE ? = items.order_id
             shop.py:33 in sin()

Give the test two rows or more, or name the relationship in allow=[...].
"""

SLOW = """\
0.0 ms in the database, limit 0.0 ms: SELECT orders ×1 shop.py:39

    ×    ms  query
    1   0.0  SELECT orders.id FROM orders
             shop.py:39 in cure()

To accept: @pytest.mark.querywatch(max_db_seconds=0.001)
"""

GROWTH = """\
    def test_growth():
>       assert_constant_queries(sin, grow=make_order)
E       AssertionError: queries grow with rows: 3 at n=2, 6 at n=5 (+1.0 per row): N+1 Order.items ×5 shop.py:33
E          n=2   n=5  query
E            1     1  SELECT orders.id FROM orders    shop.py:32
E            2     5  SELECT items.order_id, items.id FROM items WHERE ? = items.order_id    shop.py:33   grows
E{7 spaces}
E       QW101 N+1: Order.items lazy-loaded 5× at shop.py:33 in sin()  [0.0 ms]
E         used    shop.py:33  return [len(order.items) for order in orders]
E         from    test_shop.py:45  assert_constant_queries(sin, grow=make_order)
E         loaded  shop.py:32  orders = session.scalars(select(Order))
E         query   SELECT items.order_id, items.id FROM items WHERE ? = items.order_id  (×5)
E         fix     shop.py:32  add .options(selectinload(Order.items))   6 → 2 queries

test_shop.py:45: AssertionError
""".replace("{7 spaces}", " " * 7)  # noqa: E501 - what users read

FIRST_LINES = [
    "Failed: 13 queries, limit 2 (11 over): N+1 Order.items ×12 shop.py:33",
    "Failed: 13 queries: N+1 Order.items ×12 shop.py:33",
    "Failed: N+1 not observable with 1 Order: Order.items shop.py:33",
    "Failed: 0.0 ms in the database, limit 0.0 ms: SELECT orders ×1 shop.py:39",
    GROWTH.splitlines()[2].removeprefix("E       "),
]


def _steady(text: str) -> str:
    """Leave out what the clock, the dialect and the version of SQLAlchemy decide."""
    text = re.sub(r" *\d+\.\d(?=  (?:SELECT|INSERT))", "   0.0", without_labels(text))
    text = re.sub(r"(?<=max_db_seconds=)[\d.]+", "0.001", text)
    text = re.sub(r"\d+\.\d(?= ms(?:\]| in the database))", "0.0", text)
    text = re.sub(
        r"SELECT items\.\w+, items\.\w+ FROM", "SELECT items.order_id, items.id FROM", text
    )
    text = re.sub(r" RETURNING \w+\.id$", "", text, flags=re.MULTILINE)
    # A column is as wide as the longest statement, with or without labels.
    text = re.sub(r"(?<=orders) +(?=shop\.py:32$)", "    ", text, flags=re.MULTILINE)
    return re.sub(r"(WHERE) \S+ = (items.order_id)", r"\1 ? = \2", text)


def _run(project: Project, url: URL, *arguments: str) -> Run:
    shown = {"SHOP": url.render_as_string(hide_password=False), "COLUMNS": "200"}
    project.environment = shown | project.environment
    (project.folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\npythonpath=['.']\n")
    (project.folder / "shop.py").write_text(SHOP)
    (project.folder / "test_shop.py").write_text(TESTS)
    return project.run(*arguments)


@pytest.mark.parametrize("database", DATABASES)
def test_every_failure_in_full(database: Database, tmp_path: Path) -> None:
    """Each text stands alone: no frame of ours, and the first line carries everything."""
    with database.empty() as url:
        run = _run(Project(tmp_path), url)
    text = _steady(run.text)
    summary = [line for line in text.splitlines() if line.startswith("FAILED")]

    assert [one for one in (LIMIT, DETECT, ONE_ROW, SLOW, GROWTH) if one not in text] == []
    assert [line.partition(" - ")[2] for line in summary] == FIRST_LINES
    assert run.outcome == "5 failed, 1 passed"
    assert "querywatch/pytest_plugin" not in text
    assert "querywatch/testing" not in text


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_a_terminal_without_unicode_gets_ascii(tmp_path: Path, workers: str) -> None:
    """The signs have spellings, and a worker writes for the terminal of its controller."""
    with Database("sqlite").empty() as url:
        project = Project(tmp_path, {"PYTHONIOENCODING": "ascii"})
        run = _run(project, url, workers, "-k", "limit or detect")

    assert "13 queries, limit 2 (11 over): N+1 Order.items x12 shop.py:33" in run.text
    assert "13 -> 2 queries" in run.text
    assert "xd7" not in run.text
