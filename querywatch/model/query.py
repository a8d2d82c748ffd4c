"""One executed statement, and what the ORM was doing when it ran."""

# Annotations are no texts here: a named tuple or a dataclass would compile or search each of them.
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypeAlias

from querywatch.model.callsite import CallSite

Origin: TypeAlias = Literal[
    "select",  # a select of mapped entities
    "get",  # Session.get(): one row by primary key
    "lazy",  # a relationship, lazily
    "column",  # columns of one object: deferred, expired or of a subclass
    "refresh",  # Session.refresh(), asked for by the application
    "eager",  # a statement that an eager loader runs for another select
    "flush",  # the unit of work
    "bulk",  # ORM-enabled insert(), update(), delete()
    "core",  # a Core construct
    "text",  # text()
    "driver",  # exec_driver_sql()
]

Value: TypeAlias = "int | tuple[int, ...]"
"""Stands for one bound value: equal numbers mean equal values, and nothing else can be read from
them. A list (`IN`) is a tuple of such numbers."""


class Parameter(NamedTuple):
    """What one `?` of a statement stands for.

    `role` is "equal", "range" (`<`, `BETWEEN`, row values), "list" (`IN`), "limit", "offset" or
    "other"; `name` is what it is compared with, as an attribute (`Book.id`) where it is mapped
    and as a column (`books.id`) otherwise, "" where it is compared with nothing.
    """

    role: str
    name: str = ""


class Step(NamedTuple):
    """One relationship on the way from a selected entity to what was loaded.

    `via` is the loader option that brought it in ("selectinload", "joinedload", ...), or "" when
    it was loaded lazily.
    """

    attribute: str
    many: bool
    via: str = ""


class Load(NamedTuple):
    """What the ORM was loading for an object it already had.

    `subject` is `Order.items`, or for columns the class and the column (`Book.description`).
    `path` leads from the entity that the parent query selected to this relationship, itself the
    last step; for columns it leads to the object they belong to. It begins at `alias` where the
    query selected an alias.
    `owner` is the class of that object (`alias` for deferred columns of an alias), `base` the root
    of its inheritance, `target` the class that was loaded. `strategy` is how the mapping says to
    load it ("select", "dynamic", ...); columns are "deferred" by it, or "" where only the query
    left them out.
    `recursive` marks a relationship from a class to itself.
    `cause` tells why columns had to be loaded: "deferred", "expired", "polymorphic".
    """

    subject: str
    path: tuple[Step, ...] = ()
    owner: str = ""
    base: str = ""
    target: str = ""
    columns: tuple[str, ...] = ()
    cause: str = ""
    strategy: str = ""
    recursive: bool = False


class Query(NamedTuple):
    """One statement that reached the driver.

    Times are seconds; `started` counts from the start of the recording. `statement` is the
    fingerprint and `summary` OpenTelemetry's `db.query.summary`: neither holds a value.
    `values` has one entry per entry of `parameters`, or is empty where values were not kept.
    `load` tells what it loaded for an object that was there already: `loaded_for` numbers that
    object within the recording, so that two queries with the same number loaded for the same
    one (-1: not known), `run` the query run that brought it in, known even where that ran before
    the recording, and `parent` the query, where it is part of the recording.
    `rows` is None where the driver does not tell. `size` is the number of parameter sets sent at
    once. `stack` holds the nearest application frames, innermost first; it is empty where no
    line of the application was running, and `serializing` then tells that a response was.
    Queries of one `place` come from one loop, recursion or fan-out. `flush` numbers the flush
    that ran it, 0 outside one. `entities` are the mapped classes selected, `eager` the dotted
    paths that the statement loads by joins of its own; with `batch` its objects arrive so many
    at a time (`yield_per`), 0 all at once.
    """

    # A tuple, not a dataclass: thousands are made per recording, and every field of a frozen
    # dataclass is set by a call. What differs from run to run comes first.
    number: int
    statement: str
    started: float = 0.0
    duration: float = 0.0
    values: tuple[Value, ...] = ()
    parent: int | None = None
    loaded_for: int = -1
    run: int = -1
    flush: int = 0
    rows: int | None = None
    size: int = 1
    error: str | None = None
    thread: int = 0
    summary: str = ""
    origin: Origin = "select"
    stack: tuple[CallSite, ...] = ()
    place: int = -1
    parameters: tuple[Parameter, ...] = ()
    load: Load | None = None
    entities: tuple[str, ...] = ()
    eager: tuple[str, ...] = ()
    batch: int = 0
    in_transaction: bool = True
    engine: str = ""
    dialect: str = ""
    is_async: bool = False
    serializing: bool = False

    @property
    def used_at(self) -> CallSite | None:
        """The application line that ran it, or None."""
        return self.stack[0] if self.stack else None


def field(*names: str) -> "itemgetter[Any]":
    """Return what reads fields of many queries in half the time it takes to ask for each by name.

    Several *names* are read as a tuple.
    """
    return itemgetter(*map(Query._fields.index, names))
