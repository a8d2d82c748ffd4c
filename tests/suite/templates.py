"""The text of the bookshop's pages and of their tests, once for every relationship."""

from __future__ import annotations

from string import Template
from typing import Final

PYPROJECT: Final = """\
[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
markers = ["anyio: runs on an event loop"]
filterwarnings = ["ignore:Using .httpx. with .starlette.testclient. is deprecated"]
"""

APP: Final = Template('''\
"""The application: the pages of every relationship."""

from fastapi import FastAPI

from bookshop import $modules

app = FastAPI()
for module in [$modules]:
    app.include_router(module.router)
''')

CONFTEST: Final = '''\
"""A stocked shop, put back in order after every test."""

import os

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, event
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from bookshop.app import app
from bookshop.database import open_session, stock
from bookshop.models import Base


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    url = os.environ.get("BOOKSHOP_URL") or f"sqlite:///{tmp_path_factory.mktemp('shop')}/shop"
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        # The driver would begin a transaction too late for savepoints.
        event.listen(engine, "connect", lambda driver, _: setattr(driver, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        stock(session)
    yield engine
    Base.metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture
def session(engine):
    with engine.connect() as connection, connection.begin() as transaction:
        joined = {"bind": connection, "join_transaction_mode": "create_savepoint"}
        with Session(**joined) as session:
            yield session
        transaction.rollback()


@pytest.fixture
async def async_session(engine, anyio_backend):
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    url = engine.url.set(drivername=drivers[engine.dialect.name])
    other = create_async_engine(url, poolclass=NullPool)
    async with AsyncSession(other) as session:
        yield session


@pytest.fixture(scope="session")
def client_of_the_shop():
    with TestClient(app) as client:
        yield client


@pytest.fixture
def client(session, client_of_the_shop):
    app.dependency_overrides[open_session] = lambda: session
    yield client_of_the_shop
    app.dependency_overrides.clear()
'''

PAGES: Final = Template('''\
"""Pages that show $parent.$relation."""

from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bookshop import queries
from bookshop.database import open_session, size
from bookshop.models import $parent

router = APIRouter()


def detail(session, number):
    return size(queries.one(session, $parent, number).$relation)


@router.get("/$module/one/{number}")
def detail_page(number: int, session: Session = Depends(open_session)) -> dict[str, object]:
    found = queries.one(session, $parent, number)
    if found is None:
        raise HTTPException(404)
    return {"name": found.name, "$relation": size(found.$relation)}
''')

PAIR: Final = Template("""

def listed$suffix(session):
    sizes = []
    for one in session.scalars(select($parent)$options):
        sizes.append(size(one.$relation))
    return sizes


def summed$suffix(session):
    return sum(size(one.$relation) for one in session.scalars(select($parent)$options))


@router.get("/$module/$suffix")
def shown$suffix(session: Session = Depends(open_session)) -> list[dict[str, object]]:
    found = session.scalars(select($parent)$options)
    return [{"name": one.name, "$relation": size(one.$relation)} for one in found]


async def awaited$suffix(session):
    found = await session.scalars(select($parent)$options)
    return [size(await one.awaitable_attrs.$relation) for one in found]
""")

TESTS: Final = Template('''\
"""What the shop does with $parent.$relation."""

import pytest

from bookshop import $module as pages
from bookshop import queries
from bookshop.models import $parent


@pytest.mark.parametrize("number", [1, 4])
def test_one_is_found(session, number):
    assert queries.one(session, $parent, number).name == f"number {number}"


def test_a_missing_one_is_none(session):
    assert queries.one(session, $parent, 99) is None


def test_they_are_counted(session):
    assert queries.count(session, $parent) == 4


def test_their_names(session):
    assert queries.names(session, $parent)[0] == "number 1"


def test_the_first_page(session):
    assert len(queries.page(session, $parent, 0)) == 2


def test_all_pages(session):
    assert len(queries.pages(session, $parent)) == 4


def test_one_is_found_by_name(session):
    assert queries.one_named(session, $parent, "number 3").id == 3


@pytest.mark.parametrize(("name", "there"), [("number 2", True), ("nobody", False)])
def test_whether_one_is_there(session, name, there):
    assert queries.is_there(session, $parent, name) is there


def test_they_are_grouped(session):
    assert queries.by_name(session, $parent)["number 1"] == 1


def test_one_is_created(session):
    assert queries.create(session, $parent, "new")[0].id


def test_many_are_created_at_once(session):
    assert len(queries.create(session, $parent, "a", "b", "c", "d")) == 4


def test_many_are_inserted_with_one_statement(session):
    queries.insert_many(session, $parent, ["a", "b", "c"])
    assert queries.count(session, $parent) == 7


def test_one_is_renamed(session):
    queries.rename(session, $parent, 2, "renamed")
    assert queries.names(session, $parent)[1] == "renamed"


def test_all_are_renamed(session):
    queries.rename_all(session, $parent, "same")
    assert queries.by_name(session, $parent) == {"same": 4}


def test_one_is_removed(session):
    new = queries.create(session, $parent, "new")[0]
    queries.remove(session, $parent, new.id)
    assert queries.count(session, $parent) == 4


def test_the_newest_comes_first(session):
    assert queries.newest(session, $parent).name == "number 4"


def test_one_is_shown_with_what_belongs_to_it(session):
    assert pages.detail(session, 1) == 1


def test_the_page_of_one(client):
    assert client.get("/$module/one/1").json() == {"name": "number 1", "$relation": 1}


def test_the_page_of_a_missing_one(client):
    assert client.get("/$module/one/99").status_code == 404


@pytest.mark.anyio
async def test_one_is_found_on_the_event_loop(async_session):
    assert (await queries.one_async(async_session, $parent, 1)).name == "number 1"
''')

TEST_PAIR: Final = Template("""

def test_all_are_listed$suffix(session):
    assert pages.listed$suffix(session) == [1, 1, 1, 1]


def test_all_are_summed$suffix(session):
    assert pages.summed$suffix(session) == 4


def test_all_are_shown$suffix(client):
    assert len(client.get("/$module/$suffix").json()) == 4


@pytest.mark.anyio
async def test_all_are_awaited$suffix(async_session):
    assert await pages.awaited$suffix(async_session) == [1, 1, 1, 1]
""")
