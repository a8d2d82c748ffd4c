"""Install the listeners once per process, and take them out again."""

from __future__ import annotations

from importlib import import_module
from threading import Lock
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import Engine, make_url
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.pool import StaticPool

from querywatch.capture import cursor_events, engines, flush, hooks, orm, state

Backend: TypeAlias = Literal["auto", "dialect", "cursor"]

_LOCK: Final = Lock()
_attached: list[str] = []


def attach(backend: Backend = "auto") -> str:
    """Start listening and return the backend in use, "dialect" or "cursor".

    "auto" takes the dialect events when a test statement comes through them unharmed. Attaching
    again changes nothing, unless another backend is named.
    """
    with _LOCK:
        if _attached and backend in {"auto", _attached[0]}:
            return _attached[0]
        _remove()
        orm.feature_test()
        flush.attach()
        _attached.append(_install(backend))
        engines.attach()
        return _attached[0]


def detach() -> None:
    """Stop listening; recordings that are open stay open and see nothing more."""
    with _LOCK:
        _remove()


def _install(backend: Backend) -> str:
    if backend != "cursor":
        hooks.attach()
        if backend == "dialect" or _hooks_work():
            return "dialect"
        hooks.detach()
    cursor_events.attach()
    return "cursor"


def _remove() -> None:
    hooks.detach()
    cursor_events.detach()
    flush.detach()
    engines.detach()
    _attached.clear()


def _hooks_work() -> bool:
    # A real statement on a real driver: what counts is that it is seen, once, and still works.
    with state.paused():
        recording = state.begin()
        try:
            engine = _smallest_engine()
            with engine.connect() as connection:
                answer = connection.exec_driver_sql("SELECT 1").scalar()
            engine.dispose()
        except Exception as bug:  # noqa: BLE001 - whatever fails here, the fallback is the answer
            state.failed(bug)
            return False
        finally:
            state.end(recording)
    return answer == 1 and len(recording.records) == 1


def _smallest_engine() -> Engine:
    # Not `create_engine`: an application on another database would load all of the SQLite dialect
    # for one statement.
    driver: Any = import_module("sqlite3")
    dialect = DefaultDialect(dbapi=driver)
    pool = StaticPool(lambda: driver.connect(":memory:"), dialect=dialect)
    return Engine(pool, dialect, make_url("sqlite://"))
