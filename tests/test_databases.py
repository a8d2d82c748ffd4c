"""The databases lent to tests are empty, separate and given back."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.databases import REQUIRE, Database, Server, refuse, sync_databases


def test_an_engine_reaches_its_database(engine: Engine) -> None:
    """Each synchronous driver runs a statement."""
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


@pytest.mark.anyio
async def test_an_async_engine_reaches_its_database(async_engine: AsyncEngine) -> None:
    """Each asynchronous driver runs a statement."""
    async with async_engine.connect() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1


@pytest.mark.parametrize("database", sync_databases())
def test_a_database_given_back_is_lent_again_empty(database: Database) -> None:
    """A table one test made is gone for the next, though somebody stayed in a transaction."""
    with database.empty() as url:
        left_open = create_engine(url).connect()
        left_open.execute(text("CREATE TABLE left_behind (id INTEGER)"))
        left_open.commit()
        left_open.execute(text("SELECT * FROM left_behind"))

    with database.engine() as engine:
        assert inspect(engine).get_table_names() == []
    left_open.invalidate()
    left_open.close()


@pytest.mark.parametrize("database", sync_databases())
def test_two_databases_lent_at_once_are_two(database: Database) -> None:
    """A primary and a replica of one test do not see each other's tables."""
    with database.engine() as primary, database.engine() as replica:
        with primary.begin() as connection:
            connection.execute(text("CREATE TABLE here (id INTEGER)"))

        assert inspect(primary).get_table_names() == ["here"]
        assert inspect(replica).get_table_names() == []


@pytest.mark.parametrize("mark", ["postgresql", "mariadb"])
def test_a_server_that_does_not_answer_says_where_it_was_sought(mark: str) -> None:
    """The reason of a skip names the address and the variable to set."""
    driver = {"postgresql": "postgresql+psycopg", "mariadb": "mysql+pymysql"}[mark]
    server = Server(mark, "QUERYWATCH_NO_SUCH_URL", f"{driver}://u:p@127.0.0.1:1/x", lambda _: None)

    assert f"{mark} does not answer at {driver}://u:***@127.0.0.1:1/x" in server.trouble()
    assert "set QUERYWATCH_NO_SUCH_URL" in server.trouble()


def test_an_absent_service_skips_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a service the tests that need it are skipped, with the reason."""
    monkeypatch.delenv(REQUIRE, raising=False)

    with pytest.raises(pytest.skip.Exception, match="nobody home"):
        refuse("nobody home")


def test_an_absent_service_fails_the_test_where_it_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With QUERYWATCH_REQUIRE_SERVICES=1 a missing service cannot pass unseen."""
    monkeypatch.setenv(REQUIRE, "1")

    with pytest.raises(pytest.fail.Exception, match="nobody home"):
        refuse("nobody home")
