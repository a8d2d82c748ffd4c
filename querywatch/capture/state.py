"""Which recording a statement belongs to.

The context variable holds the innermost open recording of this task, thread or greenlet. It
flows into tasks, `to_thread` and greenlets; a bare thread starts without one.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping

DEFAULT_LIMIT: Final = 10_000


Part: TypeAlias = "tuple[list[tuple[Any, ...]], MutableMapping[str, Any] | None]"
"""The records of one recording, and the ASGI scope of the request it was opened for."""


class OpenRecording:
    """The raw records of one unit of work while it runs.

    At most `limit` records are kept; the rest are only counted, in `dropped`, and their time in
    `dropped_duration` (seconds). Once `closed` it takes nothing more. `parts` are the records of
    each recording opened directly inside one that adopts, None in any other.
    """

    __slots__ = (
        "allowances",
        "before",
        "closed",
        "dropped",
        "dropped_duration",
        "ended",
        "limit",
        "outer",
        "parts",
        "records",
        "started",
        "thread",
    )

    def __init__(self, limit: int = DEFAULT_LIMIT, outer: OpenRecording | None = None) -> None:
        self.records: list[tuple[Any, ...]] = []
        self.allowances: list[Any] = []
        self.limit = limit
        self.outer = outer
        self.closed = False
        self.dropped = 0
        self.dropped_duration = 0.0
        self.started = perf_counter()
        self.thread = 0
        self.ended = 0.0
        self.before: OpenRecording | None = None
        self.parts: list[Part] | None = None

    def add(self, record: tuple[Any, ...]) -> None:
        """Keep *record* here and in every recording around this one."""
        recording: OpenRecording | None = self
        while recording is not None:
            if not recording.closed:
                if len(recording.records) < recording.limit:
                    recording.records.append(record)
                else:
                    recording.dropped += 1
                    recording.dropped_duration += record[2] - record[1]
            recording = recording.outer


# A paused or sampled-out unit of work is a recording that is closed from the start: it keeps a
# statement from being taken for one of a thread without context.
_OFF: Final = OpenRecording()
_OFF.closed = True

current: ContextVar[OpenRecording | None] = ContextVar("querywatch_recording", default=None)
"""The innermost open recording, `None` in a context that never had one."""

units: dict[int, OpenRecording] = {}
"""The units of work under way in this process, recorded or sampled out."""

_adopting: list[OpenRecording] = []
_outside = [0]
_failures = [0]
_failure_observers: list[Callable[[BaseException], None]] = []


def begin(
    limit: int = DEFAULT_LIMIT,
    *,
    adopts: bool = False,
    scope: MutableMapping[str, Any] | None = None,
) -> OpenRecording:
    """Open a recording inside whatever recording is open here, for the request of *scope*.

    One that *adopts* owns the process while it is open: it also takes what runs in contexts that
    have no recording, event loops of other threads included. A test does.
    """
    before = _not_ended(current.get())
    outer = adopting() if before is None else open_around(before)
    recording = OpenRecording(limit, outer)
    recording.before = before
    if adopts:
        recording.parts = []
        _adopting.append(recording)
    else:
        _join(recording, scope)
    current.set(recording)
    units[id(recording)] = recording
    return recording


def _join(recording: OpenRecording, scope: MutableMapping[str, Any] | None) -> None:
    around = recording.outer
    while around is not None and around.parts is not None:
        if len(around.parts) < around.limit:
            around.parts.append((recording.records, scope))
        around = around.outer


def here() -> OpenRecording | None:
    """Return the recording that a statement of this context would go to."""
    recording = current.get()
    return adopting() if recording is None else open_around(recording)


def adopting() -> OpenRecording | None:
    """Return the innermost open recording that owns the process, if there is one."""
    return _adopting[-1] if _adopting else None


def open_around(recording: OpenRecording) -> OpenRecording | None:
    """Return the recording that is still open around *recording*, which is closed."""
    here: OpenRecording | None = recording
    while here is not None and here.closed:
        recording, here = here, here.outer
    # A context may outlive the recording it began in; a pause ends with its block.
    return adopting() if here is None and recording.ended else here


def end(recording: OpenRecording) -> None:
    """Close *recording*: a task that outlives it adds nothing to it."""
    recording.closed = True
    recording.ended = perf_counter()
    units.pop(id(recording), None)
    if recording in _adopting:
        _adopting.remove(recording)
    # It may end out of turn, with one that began later still open here; and a generator-based
    # dependency may be closed in another context than the one it was opened in.
    if current.get() is recording:
        current.set(_not_ended(recording))


def _not_ended(recording: OpenRecording | None) -> OpenRecording | None:
    while recording is not None and recording.ended:
        recording = recording.before
    return recording


@contextmanager
def paused() -> Iterator[None]:
    """Record nothing of what this block executes."""
    token = current.set(_OFF)
    try:
        yield
    finally:
        current.reset(token)


@contextmanager
def sampled_out() -> Iterator[None]:
    """Run a unit of work that is not recorded, yet known to be under way.

    While it runs, a statement from a thread without context cannot be attributed to the one
    recording that happens to be open beside it. One that adopts records on.
    """
    unit = OpenRecording(outer=adopting())
    unit.closed = True
    token = current.set(unit)
    units[id(unit)] = unit
    try:
        yield
    finally:
        units.pop(id(unit), None)
        current.reset(token)


def orphan_owner() -> OpenRecording | None:
    """Find the recording for a statement from a thread without context.

    It is the one open unit of work of the process, when there is exactly one. A task of the
    event loop always has a context of its own, so it is never taken for such a thread: only a
    recording that adopts takes it.
    """
    owner = None if _on_event_loop() else _only_unit()
    if owner is None or owner.closed:
        owner = adopting()
    if owner is None:
        _outside[0] += 1
    return owner


def _only_unit() -> OpenRecording | None:
    under_way = list(units.values())
    around = {id(unit.outer) for unit in under_way}
    innermost = [unit for unit in under_way if id(unit) not in around]
    return innermost[0] if len(innermost) == 1 else None


def _on_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def units_open() -> bool:
    """Tell whether any unit of work is under way in this process."""
    return bool(units)


def statements_outside() -> int:
    """Count the statements that ran while recordings were open but belonged to none."""
    return _outside[0]


def failed(error: BaseException) -> None:
    """Count a failure of our own code and show it to whoever observes failures."""
    _failures[0] += 1
    for observe in _failure_observers:
        try:
            observe(error)
        except Exception:  # noqa: BLE001, S112 - an observer must not break the application
            continue


def failures() -> int:
    """Count the failures of our own code since the process started."""
    return _failures[0]


def observe_failures(observer: Callable[[BaseException], None]) -> None:
    """Call *observer* with every failure of our own code from now on."""
    if observer not in _failure_observers:
        _failure_observers.append(observer)
