"""Pools under watch: how many connections are open, in use and waited for, engine by engine.

How long a caller waits for a connection no event of SQLAlchemy tells. So here, and nowhere else, a
public method of its is replaced, `Pool.connect`, for as long as somebody watches.
"""

from __future__ import annotations

import inspect
import os
from functools import cache, partial, wraps
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import sqlalchemy
from sqlalchemy.pool import Pool, SingletonThreadPool

from querywatch.capture.pools import places, telling
from querywatch.capture.pools.meeting import meet
from querywatch.capture.pools.names import Names, checked
from querywatch.capture.pools.tally import known
from querywatch.capture.pools.telling import OTHER, PoolObserver, PoolState, Watcher, watchers
from querywatch.capture.state import failed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Engine
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlalchemy.pool import PoolProxiedConnection

__all__ = ["OTHER", "PoolObserver", "PoolState", "settle", "watch_pools"]

_Connect: TypeAlias = "Callable[[Any], PoolProxiedConnection]"

_LOCK: Final = RLock()
_replaced: dict[type[Pool], tuple[_Connect, _Connect]] = {}
_prepared: list[bool] = []


def watch_pools(
    observer: PoolObserver, engines: Mapping[str, Engine | AsyncEngine] | None = None
) -> Callable[[], None]:
    """Tell *observer* what happens to every pool from now on; the returned function ends it.

    *engines* gives engines their names; any other goes by its logging name or by
    `host:port/database`. A connection that was open before counts from its next check-out on. An
    observer that watches already is told nothing twice, it only learns more names; it watches
    until as many have ended it as began. At the end it is told that every engine is forgotten.

    Raises `ConfigurationError` if *engines* is no mapping of names to engines.
    """
    named = checked(engines)
    with _LOCK:
        _attach()
        for engine in named.values():
            meet(engine.pool, engine)
        watcher = _watcher_of(observer, named)
        for tally in known.copy():
            watcher.note(tally, None)
    watcher.tell()
    return cache(partial(_stop, watcher))  # the second call ends nothing


def _watcher_of(observer: PoolObserver, named: Mapping[str, Engine]) -> Watcher:
    for watcher in watchers:
        if watcher.observer is observer:
            watcher.wanted += 1
            watcher.names.give(named)
            return watcher
    watchers.append(Watcher(observer, Names(named)))
    return watchers[-1]


def settle() -> None:
    """Tell what the garbage collector did to pools since anything else happened to one."""
    telling.tell_noted()


def _stop(watcher: Watcher) -> None:
    with _LOCK:
        watcher.wanted -= 1
        if watcher.wanted or watcher not in watchers:
            return
        watchers.remove(watcher)
        if not watchers:
            _detach()
    watcher.end()


def _attach() -> None:
    _prepare_for_forks()
    if _feature_test():
        places.attach()
        for kind in (Pool, SingletonThreadPool):
            _replace(kind)


def _detach() -> None:
    places.detach()
    for kind in tuple(_replaced):
        _put_back(kind)
    _forget_connections()


def _prepare_for_forks() -> None:
    if not _prepared and hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=_LOCK.acquire, after_in_parent=_LOCK.release, after_in_child=_in_child
        )
        # `register_at_fork` has no opposite.
        _prepared.append(True)


def _in_child() -> None:
    # The connections are the parent's, and so are the callers that wait.
    _LOCK.release()
    _forget_connections()
    for watcher in watchers:
        watcher.begin_anew(known.copy())


def _forget_connections() -> None:
    for tally in known.copy():
        tally.forget_connections()


def _feature_test() -> bool:
    usual = all(
        list(inspect.signature(kind.connect).parameters) == ["self"]
        for kind in (Pool, SingletonThreadPool)
    )
    if not usual:
        text = f"no figures of pools: Pool.connect of SQLAlchemy {sqlalchemy.__version__} is new"
        failed(RuntimeError(text))
    return usual


def _replace(kind: type[Pool]) -> None:
    if kind not in _replaced:
        original: _Connect = kind.connect
        ours = _watched(original)
        _replaced[kind] = (ours, original)
        setattr(kind, "connect", ours)  # noqa: B010 - a method, as type checkers see it


def _put_back(kind: type[Pool]) -> None:
    ours, original = _replaced[kind]
    # Somebody else may have wrapped ours since: then it stays, and only passes on.
    if vars(kind).get("connect") is ours:
        setattr(kind, "connect", original)  # noqa: B010
        del _replaced[kind]


def _watched(original: _Connect) -> _Connect:
    @wraps(original)
    def connect(self: Pool) -> PoolProxiedConnection:
        asking = places.ask(self) if watchers else None
        if asking is None:
            return original(self)
        try:
            connection = original(self)
        except BaseException as error:
            places.refused(asking, error)
            raise
        places.got(asking, connection)
        return connection

    return connect
