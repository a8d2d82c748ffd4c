"""Which engine a pool belongs to: asked once, when the pool is first asked for a connection."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Engine

from querywatch.capture.pools.names import default_name, limits_of
from querywatch.capture.pools.tally import KEY, Tally
from querywatch.capture.state import _OFF, current

if TYPE_CHECKING:
    from types import FrameType

    from sqlalchemy.pool import Pool

_FURTHEST: Final = 12


def tally_of(pool: Pool) -> Tally | None:
    """Return the tally that *pool* counts in, None for a pool of querywatch's own."""
    tally: Tally | None = pool.__dict__.get(KEY)
    if tally is not None:
        return tally
    return None if _paused() else meet(pool, _engine_asking(pool))


def _paused() -> bool:
    # querywatch's own engines connect in a pause, where one of the application's may be borrowed,
    # but has been met before.
    recording = current.get()
    while recording is not None and recording is not _OFF:
        recording = recording.before
    return recording is not None


def meet(pool: Pool, engine: Engine | None) -> Tally:
    """Count *pool* in: with the earlier pools of *engine*, if it had any."""
    # Two threads may meet it at once, and `setdefault` lets only one of them win.
    owner = pool if engine is None else engine.dialect
    tally: Tally | None = owner.__dict__.get(KEY)
    if tally is None:
        fresh = Tally(default_name(pool, engine), None if engine is None else owner)
        tally = owner.__dict__.setdefault(KEY, fresh)
    tally.add(pool, limits_of(pool))
    return tally


def _engine_asking(pool: Pool) -> Engine | None:
    # A pool does not know its engine, and events of engines slow every statement down. The one
    # that asks the pool for a connection is a few frames up, in `Engine.raw_connection`.
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - as documented as it gets
    for _ in range(_FURTHEST):
        if frame is None:
            break
        owner: Any = frame.f_locals.get("self")
        # By its type alone: a proxy may do anything when it is asked for its class.
        if issubclass(type(owner), Engine) and owner.pool is pool:
            return cast("Engine", owner)
        frame = frame.f_back
    return None
