"""The bookshop's settings, read from the environment once, at start-up."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from sqlalchemy import URL, make_url

# One driver per database and stack; a URL that names its own driver keeps it where it can.
SYNC_DRIVERS = {"sqlite": "pysqlite", "postgresql": "psycopg", "mysql": "pymysql"}
ASYNC_DRIVERS = {"sqlite": "aiosqlite", "postgresql": "asyncpg", "mysql": "asyncmy"}


@dataclass(frozen=True)
class Settings:
    """Where the two databases are and how many connections each pool may hold.

    The pools belong to one process: four of them, primary and replica for each stack.
    *pool_timeout* is in seconds. *metrics* adds what Prometheus scrapes.
    """

    primary_url: URL
    replica_url: URL
    pool_size: int = 5
    max_overflow: int = 5
    pool_timeout: int = 10
    metrics: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the BOOKSHOP_* variables; what is not set has a default that works."""
        primary = environment.get("BOOKSHOP_PRIMARY_URL", "sqlite:///bookshop.db")
        replica = environment.get("BOOKSHOP_REPLICA_URL", "sqlite:///bookshop_replica.db")
        return cls(
            primary_url=sync_url(primary),
            replica_url=sync_url(replica),
            pool_size=_whole_number(environment, "BOOKSHOP_POOL_SIZE", cls.pool_size),
            max_overflow=_whole_number(environment, "BOOKSHOP_MAX_OVERFLOW", cls.max_overflow),
            pool_timeout=_whole_number(environment, "BOOKSHOP_POOL_TIMEOUT", cls.pool_timeout),
            metrics=_flag(environment, "BOOKSHOP_METRICS"),
        )


def sync_url(text: str) -> URL:
    """Return *text* as a URL of a driver for synchronous code."""
    url = make_url(text)
    backend, named = _backend(url), url.drivername.partition("+")[2]
    if named and named not in ASYNC_DRIVERS.values():
        return url
    return _with_driver(url, SYNC_DRIVERS.get(backend, ""))


def async_url(url: URL) -> URL:
    """Return the form of *url* whose driver works under asyncio."""
    return _with_driver(url, ASYNC_DRIVERS.get(_backend(url), ""))


def _backend(url: URL) -> str:
    name = url.get_backend_name()
    return "mysql" if name == "mariadb" else name


def _with_driver(url: URL, driver: str) -> URL:
    name = url.get_backend_name()
    return url.set(drivername=f"{name}+{driver}" if driver else name)


def _whole_number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    if not text.isdecimal():
        raise ValueError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def _flag(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "0")
    if text not in {"0", "1"}:
        raise ValueError(f"{name} must be 0 or 1, not {text!r}")
    return text == "1"
