"""The places of a pool: what SQLAlchemy's events say of each, and who asks for one."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import Pool

from querywatch.capture.listening import listen, unlisten
from querywatch.capture.pools import telling
from querywatch.capture.pools.meeting import tally_of
from querywatch.capture.pools.tally import KEY, Slot, Tally
from querywatch.capture.state import failed

if TYPE_CHECKING:
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

_OPENING: Final = "_querywatch_opening"
_OPENED: Final = "_querywatch_opened"


class Asking:
    """A caller that waits for a connection."""

    __slots__ = ("since", "tally")

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.since = perf_counter()
        tally.pending.add(self)


def ask(pool: Pool) -> Asking | None:
    """Note that somebody asks *pool* for a connection; None if that is nobody's business."""
    try:
        tally = tally_of(pool)
        if tally is None:
            return None
        asking = Asking(tally)
        # Where a connection lies ready nobody waits.
        if not tally.idle:
            telling.tell(tally)
    except Exception as bug:  # noqa: BLE001 - nothing of ours may reach the application
        failed(bug)
        return None
    return asking


def got(asking: Asking, connection: PoolProxiedConnection) -> None:
    """Note that whoever asked has its *connection*."""
    tally = asking.tally
    tally.pending.discard(asking)
    try:
        now = perf_counter()
        info: Any = connection.record_info
        slot = info.get(KEY)
        if slot is None or slot.tally is not tally:
            slot = info[KEY] = Slot(tally)
        slot.take(connection, now)
        opened = info.pop(_OPENED, None)
        if opened is not None:
            telling.note(tally, "created", opened)
        telling.tell(tally, "waited", now - asking.since)
    except Exception as bug:  # noqa: BLE001
        failed(bug)


def refused(asking: Asking, error: BaseException) -> None:
    """Note that whoever asked got *error* instead."""
    asking.tally.pending.discard(asking)
    try:
        telling.tell(asking.tally, "timed_out" if isinstance(error, PoolTimeoutError) else "")
    except Exception as bug:  # noqa: BLE001
        failed(bug)


def _on_do_connect(
    dialect: Any,  # noqa: ARG001 - the signature of the event
    record: ConnectionPoolEntry | None,
    arguments: Any,  # noqa: ARG001
    options: Any,  # noqa: ARG001
) -> None:
    try:
        info = None if record is None else record.record_info
        if info is not None:
            info[_OPENING] = perf_counter()
    except Exception as bug:  # noqa: BLE001
        failed(bug)


def _on_connect(dbapi_connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ARG001
    try:
        info: Any = record.record_info
        opening = info.pop(_OPENING, None)
        if opening is not None:
            info[_OPENED] = perf_counter() - opening
    except Exception as bug:  # noqa: BLE001
        failed(bug)


def _on_checkin(dbapi_connection: Any, record: ConnectionPoolEntry) -> None:
    try:
        slot = _slot(record)
        if slot is not None:
            _given_back(slot, is_open=dbapi_connection is not None)
    except Exception as bug:  # noqa: BLE001
        failed(bug)


def _on_detach(dbapi_connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ARG001
    try:
        slot = _slot(record)
        if slot is not None:
            _given_back(slot, is_open=False)
    except Exception as bug:  # noqa: BLE001
        failed(bug)


def _on_close(dbapi_connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ARG001
    try:
        slot = _slot(record)
        if slot is not None:
            slot.close()
            _tell(slot)
    except Exception as bug:  # noqa: BLE001
        failed(bug)


def _slot(record: ConnectionPoolEntry) -> Slot | None:
    info: Any = record.record_info
    slot: Slot | None = info.get(KEY)
    return slot


def _given_back(slot: Slot, *, is_open: bool) -> None:
    seconds = slot.give_back(perf_counter(), is_open=is_open)
    if seconds is not None:
        _tell(slot, "held", seconds)


def _tell(slot: Slot, what: str = "", *seconds: float) -> None:
    telling.note(slot.tally, what, *seconds)
    if not slot.abandoned():
        telling.tell_noted()


_EVENTS: Final = (
    ("connect", _on_connect),
    ("checkin", _on_checkin),
    ("detach", _on_detach),
    ("close", _on_close),
)
_DIALECT_EVENTS: Final = (("do_connect", _on_do_connect),)


def attach() -> None:
    """Listen to every pool of the process."""
    listen(Pool, _EVENTS)
    listen(Engine, _DIALECT_EVENTS)


def detach() -> None:
    """Stop listening."""
    unlisten(Pool, _EVENTS)
    unlisten(Engine, _DIALECT_EVENTS)
