"""The one room that reads private names of SQLAlchemy: what the ORM was doing.

Each name is tested when querywatch is attached. Where one is missing, what depended on it
degrades to "a select by the ORM", and nothing fails.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy.sql import visitors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from querywatch.capture.statement import Statement

LAZY: Final = 1
COLUMN: Final = 2
REFRESH: Final = 3
EAGER: Final = 4
GET: Final = 5
FLUSH: Final = 6
BULK: Final = 7
BATCHES: Final = 8
SETUP: Final = 9

Load: TypeAlias = "tuple[int, Any, Any]"
"""Kind, class and detail of what a statement runs for: no more of them than a program has loads."""

Loading: TypeAlias = "tuple[Load | None, Any, int | None]"
"""The load, the key of the object it is for, and the run that brought that object in."""

NO_LOAD: Final[Loading] = (None, None, None)
IN_FLUSH: Final[Load] = (FLUSH, None, None)
IN_BULK: Final[Loading] = ((BULK, None, None), None, None)
IN_SETUP: Final[Loading] = ((SETUP, None, None), None, None)
"""A dialect's own first statements on a new connection."""
_IN_GET: Final[Loading] = ((GET, None, None), None, None)

_JOINED: Final = {
    "eager_row_processor": "joinedload",
    "user_defined_eager_row_processor": "contains_eager",
}


def path_of(compile_state: Any) -> Any:
    """Return the loader path a statement was compiled for, or None at the root."""
    options = getattr(compile_state, "compile_options", None)
    return getattr(options, "_current_path", None) or None


def loaded_columns(compile_state: Any) -> frozenset[str] | None:
    """Return the attributes that a column load was limited to, or None."""
    options = getattr(compile_state, "compile_options", None)
    return getattr(options, "_only_load_props", None)


def load_of(context: Any, statement: Statement) -> Loading:
    """Tell what the ORM was loading and for which object; NO_LOAD for a plain select.

    The load is one tuple for all runs of *statement* to share. Only references are taken: an
    InstanceState would be kept alive, its key and run id are not.
    """
    options = context.execution_options.get("_sa_orm_load_options")
    if options is None:
        return NO_LOAD
    state = options._refresh_state
    load: Load
    if state is not None:
        kind = REFRESH if getattr(options, "_is_user_refresh", False) else COLUMN
        load = (kind, state.class_, (bool(state.expired), _is_expired(state, context)))
        return (statement.loads.setdefault(load, load), _identity(state.key), state.runid)
    top = options._sa_top_level_orm_context
    parent = options._lazy_loaded_from
    if parent is not None and top is None:
        owner = parent.class_
        try:
            load = statement.loads[owner]
        except KeyError:
            load = statement.loads[owner] = (LAZY, owner, None)
        key = parent.key
        # As `_identity` does it, without the call.
        if key is not None and key[2] is None:
            key = key[1]
        return (load, key, parent.runid)
    if statement.path is not None:
        load = (EAGER, None, _option(context, parent))
        return (statement.loads.setdefault(load, load), None, getattr(top, "runid", None))
    if options._legacy_uniquing or options._populate_existing or options._yield_per:
        size = options._yield_per
        return ((BATCHES, None, size), None, None) if size else NO_LOAD
    return _IN_GET


def _identity(key: Any) -> Any:
    # The primary key, and the class only where a token of a shard stands behind it: the key of
    # the identity map would be kept alive for nothing but our sake.
    return key[1] if key is not None and key[2] is None else key


def _option(context: Any, parent: Any) -> str:
    if parent is not None:
        return "immediateload"
    subquery = any(isinstance(key, tuple) for key in context.execution_options)
    return "subqueryload" if subquery else "selectinload"


def _is_expired(state: Any, context: Any) -> bool:
    only = loaded_columns(getattr(context.compiled, "compile_state", None))
    return only is not None and only <= state.expired_attributes


def is_bulk(execution_options: Any) -> bool:
    """Tell an ORM-enabled insert(), update() or delete() from a Core one."""
    return "_sa_orm_insert_options" in execution_options or (
        "_sa_orm_update_options" in execution_options
    )


def is_flushing(session: Any) -> bool:
    """Tell whether *session* is in the middle of a flush."""
    return session is not None and getattr(session, "_flushing", True)


def is_initialising(context: Any) -> bool:
    """Tell whether a dialect runs its own first statements on a new connection."""
    return getattr(context.root_connection, "_allow_autobegin", True) is False


def _no_run() -> int:
    return 0


next_run: Callable[[], int] = _no_run
"""Return a number below the run id of the query just executed, above all earlier ones.

SQLAlchemy numbers the runs of ORM queries and leaves the number on every object a run brings in.
Taking one number right after the cursor call tells where this query's lies.
"""


def feature_test() -> tuple[str, ...]:
    """Look for each private name once; return those that are missing."""
    global next_run  # noqa: PLW0603 - decided once, when querywatch is attached
    missing: list[str] = []
    from sqlalchemy.orm import loading  # noqa: PLC0415 - a name that may be gone one day
    from sqlalchemy.orm.context import QueryContext  # noqa: PLC0415

    new_run = getattr(loading, "_new_runid", None)
    next_run = _no_run if new_run is None else _unlocked(new_run)
    if new_run is None:
        missing.append("orm.loading._new_runid")
    options = getattr(QueryContext, "default_load_options", None)
    missing += [
        name
        for name in (
            "_refresh_state",
            "_lazy_loaded_from",
            "_sa_top_level_orm_context",
            "_legacy_uniquing",
            "_yield_per",
            "_populate_existing",
        )
        if not hasattr(options, name)
    ]
    return tuple(missing)


def _unlocked(new_run: Callable[[], int]) -> Callable[[], int]:
    # It is a closure over an `itertools.count`, whose own step nothing can interrupt, and a lock
    # that makes it ten times as dear.
    cells = (cell.cell_contents for cell in getattr(new_run, "__closure__", None) or ())
    counters = [found for found in cells if isinstance(found, count)]
    return counters[0].__next__ if counters else new_run


def steps_of(path: Any) -> list[tuple[Any, Any]]:
    """Split a loader path into (mapper, relationship) pairs, the outermost first."""
    elements = tuple(getattr(path, "path", ()) or ())
    pairs = zip(elements[::2], elements[1::2], strict=False)
    return [(entity.mapper, prop) for entity, prop in pairs if hasattr(prop, "uselist")]


def joined_paths(compile_state: Any) -> list[tuple[str, list[tuple[Any, Any]]]]:
    """List the relationships that a select loads by joins of its own, with the option's name."""
    attributes = getattr(compile_state, "attributes", None) or {}
    return [
        (_JOINED[key[0]], [(entity.mapper, prop) for entity, prop in _pairs(key[1])])
        for key in attributes
        if isinstance(key, tuple) and key[0] in _JOINED
    ]


def _pairs(path: Any) -> Iterator[tuple[Any, Any]]:
    return zip(path[::2], path[1::2], strict=False)


def classes_named(statement: Any) -> tuple[type, ...]:
    """List the mapped classes whose columns a statement names anywhere."""
    found: dict[type, None] = {}
    for element in visitors.iterate(statement):
        entity = getattr(element, "_annotations", {}).get("parententity")
        if entity is not None and hasattr(entity, "mapper"):
            found[entity.mapper.class_] = None
    return tuple(found)


def is_orm(compile_state: Any) -> bool:
    """Tell a select of mapped entities from a Core select."""
    return hasattr(compile_state, "compile_options")


def max_overflow(pool: Any) -> int | None:
    """Return how many connections a queue pool opens beyond its size, None where nothing says."""
    overflow = getattr(pool, "_max_overflow", -1)
    return overflow if overflow >= 0 else None
