"""What an engine is called, and how many connections its pool may open."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine
from sqlalchemy.pool import (
    AssertionPool,
    NullPool,
    Pool,
    QueuePool,
    SingletonThreadPool,
    StaticPool,
)

from querywatch.capture import orm
from querywatch.capture.pools.telling import OTHER
from querywatch.errors import ConfigurationError

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.ext.asyncio import AsyncEngine

    from querywatch.capture.pools.tally import Tally

MOST_NAMES: Final = 100
"""Engines with a name of their own; all others share `<other>`."""


class Names:
    """One name per engine: the one given, or else its own; never one for two.

    A second engine of the same name is called `name#2`. A name is free again once its engine is
    forgotten, but counts towards the limit for ever, as the series do that had it. Engines are
    told by their dialect, which those made by `execution_options` share.
    """

    def __init__(self, engines: Mapping[str, Engine]) -> None:
        self._given: dict[str, weakref.ref[Dialect]] = {}
        self._names: dict[Tally, str] = {}
        self._tallies: dict[str, list[Tally]] = {}
        self._used: set[str] = set()
        self.give(engines)

    def give(self, engines: Mapping[str, Engine]) -> None:
        """Name *engines*; one that has a name already keeps that until it is forgotten."""
        given = {name: weakref.ref(engine.dialect) for name, engine in engines.items()}
        self._given = {**self._given, **given}

    def __contains__(self, tally: Tally) -> bool:
        return tally in self._names

    def __iter__(self) -> Iterator[Tally]:
        return iter(tuple(self._names))

    def of(self, tally: Tally) -> str:
        """Return the name of *tally*, which keeps it until it is forgotten."""
        name = self._names.get(tally)
        if name is None:
            name = self._names[tally] = self._given_to(tally) or self._free(tally.default_name)
            self._tallies.setdefault(name, []).append(tally)
        return name

    def sharing(self, name: str) -> list[Tally]:
        """Return those called *name*: one, unless it is `<other>`."""
        return self._tallies.get(name, [])

    def forget(self, tally: Tally) -> None:
        """Let the name of *tally* go."""
        name = self._names.pop(tally)
        self._tallies[name].remove(tally)
        if not self._tallies[name]:
            del self._tallies[name]

    def _given_to(self, tally: Tally) -> str | None:
        dialect = tally.dialect()
        return next((name for name, of in self._given.items() if dialect and of() is dialect), None)

    def _free(self, wanted: str) -> str:
        candidates = chain([wanted], (f"{wanted}#{number}" for number in count(2)))
        name = next(name for name in candidates if self._is_free(name))
        if name not in self._used and len(self._used) >= MOST_NAMES:
            return OTHER
        self._used.add(name)
        return name

    def _is_free(self, name: str) -> bool:
        return name not in self._tallies and name not in self._given


def checked(engines: Any) -> dict[str, Engine]:
    """Return the engines that a user named, the synchronous one of each; refuse anything else."""
    if engines is None:
        return {}
    if not isinstance(engines, Mapping):
        raise ConfigurationError(
            f"pools must be True, False or a mapping of names to engines, not {engines!r}"
        )
    return {_checked_name(name): _checked_engine(name, one) for name, one in engines.items()}


def _checked_name(name: Any) -> str:
    if isinstance(name, str) and name:
        return name
    raise ConfigurationError(f"a name in pools must be a text that is not empty, not {name!r}")


def _checked_engine(name: str, engine: Engine | AsyncEngine) -> Engine:
    found = getattr(engine, "sync_engine", engine)
    if isinstance(found, Engine):
        return found
    raise ConfigurationError(f"pools[{name!r}] must be an engine, not {engine!r}")


def default_name(pool: Pool, engine: Engine | None) -> str:
    """Name a pool by its logging name, or by its engine's, or by `host:port/database`.

    The last is what the semantic conventions advise for `db.client.connection.pool.name`. A file
    goes by its last part alone.
    """
    if pool.logging_name or engine is None:
        return pool.logging_name or "pool"
    return engine.logging_name or _place(engine)


def _place(engine: Engine) -> str:
    url = engine.url
    database = url.database or ""
    if url.host:
        server = url.host if url.port is None else f"{url.host}:{url.port}"
        return f"{server}/{database}" if database else server
    # A SQLite URI has options of its own behind the path.
    last = database.partition("?")[0].replace("\\", "/").rpartition("/")[2]
    return last or (":memory:" if url.get_backend_name() == "sqlite" else engine.dialect.name)


def limits_of(pool: Pool) -> tuple[int | None, int | None]:
    """Return how many connections *pool* opens at most, and how many of them it keeps idle.

    None where nothing limits it.
    """
    if isinstance(pool, QueuePool):
        overflow = orm.max_overflow(pool)
        size = pool.size()
        return None if overflow is None else size + overflow, size or None
    if isinstance(pool, SingletonThreadPool):
        return pool.size, pool.size
    if isinstance(pool, StaticPool | AssertionPool):
        return 1, 1
    return None, 0 if isinstance(pool, NullPool) else None
