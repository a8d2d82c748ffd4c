"""The databases the tests run against, and an empty one for every test that asks."""

from __future__ import annotations

import asyncio
import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

REQUIRE = "QUERYWATCH_REQUIRE_SERVICES"


@dataclass(eq=False)
class Server:
    """A database server, and the databases this process has made on it.

    `mark` is the pytest mark of the tests that need it, `variable` the environment variable that
    says where it is. `wipe` empties the database of the connection it is given.
    """

    mark: str
    variable: str
    default: str
    wipe: Callable[[Connection], None]
    drop: str = "DROP DATABASE {}"
    made: list[str] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    _trouble: str | None = None

    @property
    def url(self) -> URL:
        """Where the server is."""
        return make_url(os.environ.get(self.variable) or self.default)

    def trouble(self) -> str:
        """Say why the server cannot be used; "" when it can. It is asked once."""
        if self._trouble is None:
            self._trouble = self._ask()
        return self._trouble

    def _ask(self) -> str:
        try:
            with self.connect():
                return ""
        except DBAPIError as error:
            where = self.url.render_as_string(hide_password=True)
            return f"{self.mark} does not answer at {where} ({error.orig}): set {self.variable}"

    @contextmanager
    def connect(self, database: str | None = None) -> Iterator[Connection]:
        """Connect outside any transaction, to the server's own database or to *database*."""
        engine = create_engine(
            self.url.set(database=database or self.url.database),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": 5},
        )
        with engine.connect() as connection:
            yield connection

    @contextmanager
    def lend(self) -> Iterator[str]:
        """Lend an empty database and empty it afterwards, whoever is still connected."""
        name = self.free.pop() if self.free else self._make()
        yield name
        with self.connect(name) as connection:
            self.wipe(connection)
        self.free.append(name)

    def _make(self) -> str:
        name = f"querywatch_{os.getpid()}_{uuid.uuid4().hex[:8]}"
        with self.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        self.made.append(name)
        return name

    def drop_all(self) -> None:
        """Drop every database this process made."""
        while self.made:
            with self.connect() as connection:
                connection.exec_driver_sql(self.drop.format(self.made.pop()))
        self.free.clear()


def _wipe_postgresql(connection: Connection) -> None:
    connection.exec_driver_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    connection.exec_driver_sql("DROP SCHEMA public CASCADE")
    connection.exec_driver_sql("CREATE SCHEMA public")


def _wipe_mariadb(connection: Connection) -> None:
    others = connection.exec_driver_sql(
        "SELECT id FROM information_schema.processlist"
        " WHERE db = DATABASE() AND id <> CONNECTION_ID()"
    )
    for number in others.scalars().all():
        # It may have hung up by itself in between.
        with suppress(DBAPIError):
            connection.exec_driver_sql(f"KILL {number}")
    name = connection.engine.url.database
    connection.exec_driver_sql(f"DROP DATABASE {name}")
    connection.exec_driver_sql(f"CREATE DATABASE {name}")


POSTGRESQL = Server(
    mark="postgresql",
    variable="QUERYWATCH_TEST_POSTGRESQL_URL",
    default="postgresql+psycopg://postgres@127.0.0.1:5432/test",
    wipe=_wipe_postgresql,
    drop="DROP DATABASE {} WITH (FORCE)",
)
MARIADB = Server(
    mark="mariadb",
    variable="QUERYWATCH_TEST_MARIADB_URL",
    default="mysql+pymysql://root@127.0.0.1:3306/test",
    wipe=_wipe_mariadb,
)
SERVERS = (POSTGRESQL, MARIADB)


@dataclass(frozen=True)
class Database:
    """A dialect with a driver, and the server it needs (None: a file)."""

    drivername: str
    server: Server | None = None

    @contextmanager
    def empty(self) -> Iterator[URL]:
        """Lend the URL of an empty database that nobody else uses meanwhile."""
        if self.server is None:
            with tempfile.TemporaryDirectory() as folder:
                yield URL.create(self.drivername, database=str(Path(folder) / "test.sqlite3"))
        else:
            with self.server.lend() as name:
                yield self.server.url.set(drivername=self.drivername, database=name)

    @contextmanager
    def engine(self, **options: Any) -> Iterator[Engine]:
        """Open an engine on an empty database; *options* are those of `create_engine`."""
        with self.empty() as url:
            engine = create_engine(url, **options)
            try:
                yield engine
            finally:
                engine.dispose()

    @asynccontextmanager
    async def async_engine(self, **options: Any) -> AsyncIterator[AsyncEngine]:
        """Open an asynchronous engine on an empty database, on the running loop."""
        with self.empty() as url:
            engine = create_async_engine(url, **options)
            try:
                yield engine
            finally:
                # A cancelled test has to hang up as well, or the driver complains later.
                await asyncio.shield(engine.dispose())


_SYNC = (
    Database("sqlite"),
    Database("postgresql+psycopg", POSTGRESQL),
    Database("mysql+pymysql", MARIADB),
)
_ASYNC = (
    Database("sqlite+aiosqlite"),
    Database("postgresql+psycopg", POSTGRESQL),
    Database("postgresql+asyncpg", POSTGRESQL),
    Database("mysql+asyncmy", MARIADB),
)


def sync_databases() -> list[Any]:
    """List every synchronous `Database` for `parametrize`, marked with the server it needs."""
    return [_param(database) for database in _SYNC]


def async_databases() -> list[Any]:
    """List every asynchronous `Database` for `parametrize`, marked with the server it needs."""
    return [_param(database) for database in _ASYNC]


def _param(database: Database) -> Any:
    marks = [getattr(pytest.mark, database.server.mark)] if database.server else []
    return pytest.param(database, id=database.drivername, marks=marks)


def refuse(trouble: str) -> None:
    """Skip the running test because of *trouble*, or fail it where services are required."""
    if os.environ.get(REQUIRE) == "1":
        pytest.fail(f"{trouble} ({REQUIRE}=1)", pytrace=False)
    pytest.skip(trouble)
