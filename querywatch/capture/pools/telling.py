"""Telling those who watch, one thing after the other.

Whatever happens to a pool is put in a queue. Whoever finds nobody at it empties it, so two
threads cannot tell two states in the wrong order, and none waits for another. What the garbage
collector does to a pool is only queued: it may run in the middle of an observer's own work, with
the locks of that held.
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeAlias

from querywatch.capture.state import failed

if TYPE_CHECKING:
    from querywatch.capture.pools.names import Names
    from querywatch.capture.pools.tally import Tally

OTHER: Final = "<other>"
"""Stands for every engine beyond the limit of names."""
MOST_UNTOLD: Final = 10_000

Figures: TypeAlias = tuple[int, int, int | None, int, int | None]
_Told: TypeAlias = tuple[str, tuple[float, ...]]


class PoolState(NamedTuple):
    """The connections of the engine called `name`.

    `used` and `idle` are open connections, lent out and not; `max` is how many there can be, None
    where there is no limit; `pending` is how many callers wait for one. `max_idle` is how many are
    kept open while nobody uses them, None where all are.
    """

    name: str
    used: int
    idle: int
    max: int | None
    pending: int
    max_idle: int | None = None


class PoolObserver(Protocol):
    """Is told what happens to pools, never by two threads at once; durations are seconds.

    It is called in the application's own threads, so it must be quick; what it throws is counted
    and goes no further.
    """

    def changed(self, state: PoolState) -> object:
        """Take in the connections as they are now."""

    def waited(self, name: str, seconds: float) -> object:
        """Take in the time from asking for a connection to having it."""

    def held(self, name: str, seconds: float) -> object:
        """Take in the time from check-out to check-in."""

    def created(self, name: str, seconds: float) -> object:
        """Take in the time the driver took to connect, where it is known."""

    def timed_out(self, name: str) -> object:
        """Take in that a caller waited in vain."""

    def forgotten(self, name: str) -> object:
        """Take in that the engine called *name* has no pool any more."""


class Watcher:
    """One observer, and what it has not been told yet; `wanted` as often as it asked to watch."""

    def __init__(self, observer: PoolObserver, names: Names) -> None:
        self.observer = observer
        self.names = names
        self.wanted = 1
        self.begin_anew(set())

    def begin_anew(self, tallies: set[Tally]) -> None:
        """Drop what is untold, to tell the state of *tallies* next."""
        self._told: dict[str, Figures] = {}
        self._untold: deque[tuple[Tally, _Told | None]] = deque((one, None) for one in tallies)
        self._missed = 0
        self._lock = Lock()

    def note(self, tally: Tally, what: _Told | None) -> None:
        """Queue *what* happened to *tally*, or only that something did."""
        if len(self._untold) < MOST_UNTOLD:
            self._untold.append((tally, what))
        else:
            self._missed += 1

    def end(self) -> None:
        """Tell that every engine is forgotten."""
        self.wanted = 0
        for tally in self.names:
            self.note(tally, None)
        self.tell()

    def tell(self) -> None:
        """Empty the queue, unless somebody is at it."""
        while self._untold and self._lock.acquire(blocking=False):
            try:
                while self._untold:
                    self._tell_one(*self._untold.popleft())
                self._catch_up()
            finally:
                self._lock.release()

    def _catch_up(self) -> None:
        if self._missed:
            missed, self._missed = self._missed, 0
            failed(RuntimeError(f"{missed} events of pools came too fast for {self.observer!r}"))
            for tally in self.names:
                self._tell_one(tally, None)

    def _tell_one(self, tally: Tally, what: _Told | None) -> None:
        try:
            if self._lives(tally) or tally in self.names:
                name = self.names.of(tally)
                if what is not None:
                    self._tell_what(name, *what)
                self._tell_state(tally, name)
        except Exception as bug:  # noqa: BLE001 - nothing of ours may reach the application
            failed(bug)

    def _lives(self, tally: Tally) -> bool:
        return bool(tally.pools and self.wanted)

    def _tell_what(self, name: str, what: str, seconds: tuple[float, ...]) -> None:
        try:
            getattr(self.observer, what)(name, *seconds)
        except Exception as bug:  # noqa: BLE001 - the state is told all the same
            failed(bug)

    def _tell_state(self, tally: Tally, name: str) -> None:
        if not self._lives(tally):
            self.names.forget(tally)
        sharing = self.names.sharing(name)
        if not sharing:
            self._told.pop(name, None)
            self.observer.forgotten(name)
            return
        figures = sharing[0].figures() if len(sharing) == 1 else _summed(sharing)
        if self._told.get(name) != figures:
            self._told[name] = figures
            self.observer.changed(PoolState(name, *figures))


def _summed(tallies: list[Tally]) -> Figures:
    used, idle, _, pending, _ = zip(*(tally.figures() for tally in tallies), strict=True)
    return sum(used), sum(idle), None, sum(pending), None


watchers: list[Watcher] = []
"""Those who watch."""


def note(tally: Tally, what: str = "", *seconds: float) -> None:
    """Have it told at the next occasion that something happened to *tally*: *what*, if named."""
    for watcher in tuple(watchers):
        watcher.note(tally, (what, seconds) if what else None)


def tell_noted() -> None:
    """Tell what was noted."""
    for watcher in tuple(watchers):
        watcher.tell()


def tell(tally: Tally, what: str = "", *seconds: float) -> None:
    """Tell that something happened to *tally*: *what*, if it has a name."""
    note(tally, what, *seconds)
    tell_noted()
