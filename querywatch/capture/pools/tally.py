"""The count of one engine's connections.

It is kept as sets, not as numbers that go up and down: an event that comes twice, or never,
leaves no difference behind. The methods of `Pool` that tell a number are no help, for at a
check-in they still tell the one before.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Final

from querywatch.capture.pools import telling
from querywatch.capture.state import failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.pool import Pool

    from querywatch.capture.pools.telling import Figures

KEY: Final = "_querywatch"

known: set[Tally] = set()
"""The tally of every engine that has a pool."""


class Tally:
    """The connections of one engine: who waits for one, which are in use, which lie idle.

    Its engine may have several pools: `Engine.dispose` makes a new one, and what the application
    still holds of the old one stays in use. `limits` are the newest pool's: the most connections,
    and the most idle ones. `dialect` tells the engine from others; a pool without engine has none.
    Nothing here keeps either alive.
    """

    __slots__ = ("default_name", "dialect", "idle", "limits", "pending", "pools", "used")

    def __init__(self, default_name: str, dialect: Any = None) -> None:
        self.default_name = default_name
        self.dialect: Callable[[], Any] = _nothing if dialect is None else weakref.ref(dialect)
        self.limits: tuple[int | None, int | None] = (None, None)
        self.pools: set[weakref.ref[Pool]] = set()
        self.forget_connections()

    def forget_connections(self) -> None:
        """Begin at nothing; a connection counts again from its next check-out on."""
        self.pending: set[object] = set()
        self.used: dict[int, float] = {}
        self.idle: set[int] = set()

    def add(self, pool: Pool, limits: tuple[int | None, int | None]) -> None:
        """Count *pool* in, which has these *limits*."""
        self.limits = limits
        self.pools.add(weakref.ref(pool, self._gone))
        pool.__dict__[KEY] = self
        known.add(self)

    def _gone(self, pool: weakref.ref[Pool]) -> None:
        self.pools.discard(pool)
        if not self.pools:
            known.discard(self)
        _note(self)

    def figures(self) -> Figures:
        """Return (used, idle, max, pending, max_idle)."""
        most, most_idle = self.limits
        return len(self.used), len(self.idle), most, len(self.pending), most_idle


class Slot:
    """One place in a pool, with a connection or without.

    The pool's own record of the place carries it and takes it along when it goes. `holder` is
    whom the connection was last lent to, and None once it was properly given back.
    """

    __slots__ = ("holder", "tally")

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.holder: weakref.ref[Any] | None = None

    def take(self, connection: Any, now: float) -> None:
        """Lend the connection out; *now* is in `perf_counter` seconds."""
        self.holder = weakref.ref(connection, _ignore)
        self.tally.used.setdefault(id(self), now)
        self.tally.idle.discard(id(self))

    def give_back(self, now: float, *, is_open: bool) -> float | None:
        """Take the connection back and return the seconds it was held, None if it was not."""
        since = self.tally.used.pop(id(self), None)
        if since is None:
            return None
        if is_open:
            self.tally.idle.add(id(self))
        if not self.abandoned():
            self.holder = None
        return now - since

    def close(self) -> None:
        """Count the connection as closed."""
        self.tally.idle.discard(id(self))

    def abandoned(self) -> bool:
        """Tell whether its holder went without giving it back.

        The garbage collector then gives it back, in the middle of whatever was running.
        """
        return self.holder is not None and self.holder() is None

    def __del__(self) -> None:
        tally = self.tally
        if id(self) in tally.used or id(self) in tally.idle:
            tally.used.pop(id(self), None)
            tally.idle.discard(id(self))
            _note(tally)


def _note(tally: Tally) -> None:
    try:
        telling.note(tally)
    except Exception as bug:  # noqa: BLE001 - nobody is above us but the garbage collector
        failed(bug)


def _nothing() -> None:
    return None


def _ignore(_: Any) -> None:
    # Python 3.15 clears a weak reference without callback after the finalizers of a cycle.
    return None
