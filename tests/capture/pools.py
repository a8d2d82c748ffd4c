"""An observer of pools that keeps what it is told, and engines whose driver counts for itself."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

from sqlalchemy import Engine, QueuePool, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine

from querywatch.capture.pool import PoolState, settle, watch_pools
from querywatch.capture.pools.tally import known
from querywatch.capture.pools.telling import watchers


@contextmanager
def crowded(path: Path) -> Iterator[Engine]:
    """Lend an engine on the file *path*, with two places and little patience."""
    options = {"pool_size": 1, "max_overflow": 1, "pool_timeout": 0.01}
    engine = create_engine(f"sqlite:///{path}", poolclass=QueuePool, **options)
    try:
        yield engine
    finally:
        engine.dispose()


class Seen:
    """What an observer was told, by the name of the engine.

    *on_pending* is called whenever somebody waits.
    """

    def __init__(self, on_pending: Callable[[], object] = int) -> None:
        self._on_pending = on_pending
        self.states: dict[str, list[PoolState]] = defaultdict(list)
        self.waits: dict[str, list[float]] = defaultdict(list)
        self.holds: dict[str, list[float]] = defaultdict(list)
        self.opened: dict[str, list[float]] = defaultdict(list)
        self.timeouts: list[str] = []
        self.gone: list[str] = []

    def changed(self, state: PoolState) -> None:
        """Keep *state*."""
        self.states[state.name].append(state)
        if state.pending:
            self._on_pending()

    def waited(self, name: str, seconds: float) -> None:
        """Keep the wait."""
        self.waits[name].append(seconds)

    def held(self, name: str, seconds: float) -> None:
        """Keep the hold."""
        self.holds[name].append(seconds)

    def created(self, name: str, seconds: float) -> None:
        """Keep the time it took."""
        self.opened[name].append(seconds)

    def timed_out(self, name: str) -> None:
        """Keep the name."""
        self.timeouts.append(name)

    def forgotten(self, name: str) -> None:
        """Keep the name, and that it has no connections."""
        self.gone.append(name)
        self.states[name].append(PoolState(name, 0, 0, None, 0))

    def now(self, name: str = "app") -> tuple[int, int, int]:
        """Return (used, idle, pending) as last told."""
        settle()
        last = self.states[name][-1]
        return last.used, last.idle, last.pending


@contextmanager
def watching(
    engines: Mapping[str, Engine | AsyncEngine] | None = None, seen: Seen | None = None
) -> Iterator[Seen]:
    """Watch pools for the length of a block."""
    if not watchers:
        # What other tests have left behind.
        known.clear()
    seen = seen or Seen()
    stop = watch_pools(seen, engines)
    try:
        yield seen
    finally:
        stop()


class Driver:
    """Knows the SQLite connections that are open, however they are closed."""

    def __init__(self) -> None:
        self.open: WeakSet[sqlite3.Connection] = WeakSet()

    def connect(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        """Open a connection that is counted."""
        driver = self

        class Counted(sqlite3.Connection):
            def __init__(self, *arguments: Any, **options: Any) -> None:
                super().__init__(*arguments, **options)
                driver.open.add(self)

            def close(self) -> None:
                driver.open.discard(self)
                super().close()

        return sqlite3.connect(*arguments, **options, factory=Counted)


def counted_engine(folder: Path, **options: Any) -> tuple[Engine, Driver]:
    """Make an engine on a file, and the driver that knows what is open."""
    driver = Driver()
    path = folder / "counted.sqlite3"

    def creator() -> sqlite3.Connection:
        return driver.connect(path, check_same_thread=False)

    return create_engine("sqlite://", creator=creator, **options), driver
