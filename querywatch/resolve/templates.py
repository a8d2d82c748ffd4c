"""What the runs of one statement from one place have in common, worked out once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from querywatch.capture import RawRecord, orm
from querywatch.capture.frames import SERIALIZING
from querywatch.model import Step
from querywatch.resolve import loads, paths
from querywatch.resolve.engines import Engines
from querywatch.resolve.sites import stack_of
from querywatch.resolve.statements import resolved

if TYPE_CHECKING:
    from querywatch.capture.statement import Statement
    from querywatch.model import CallSite, Load, Origin
    from querywatch.resolve.statements import Resolved

_MAX_PLACES: Final = 8
_MAX_WAYS: Final = 100

Common: TypeAlias = "tuple[Statement, int, Any, orm.Load | None, Template | None, bool]"
"""The statement, the id of the frames, the engine, what it ran for, the template of the query that
the object came from, and whether that query is also the last one that loaded it."""


class Template:
    """The fields that all those runs share, in the order in which `Query` ends with them.

    `from_source` tells that their parent is the query that brought the objects in to begin with,
    `only` where their one value stands (None: they have none, or several, or a literal).
    """

    __slots__ = ("fields", "from_source", "load", "only", "raw", "statement", "text")

    def __init__(
        self,
        statement: Resolved,
        load: Load | None,
        raw: tuple[Any, ...],
        fields: tuple[Any, ...],
    ) -> None:
        self.text = statement.shape.text
        self.fields = fields
        self.statement = statement
        self.only = statement.only
        self.load = load
        self.from_source = load is not None and load.path != ()
        self.raw = raw


class Usage(NamedTuple):
    """One place that runs a statement, whatever the recording."""

    origin: Origin
    load: Load | None
    stack: tuple[CallSite, ...]
    place: str
    frames: tuple[Any, ...]


class Templates(dict["Common", Template]):
    """The templates of one recording, by what their runs have in common."""

    def __init__(self) -> None:
        self._engines = Engines()
        self._places: dict[str, int] = {}

    def make(self, common: Common, raw: tuple[Any, ...]) -> Template:
        """Make the template of *raw* and all others that have *common* in common."""
        statement, frames, engine, running, above, direct = common
        known = resolved(statement)
        usage = _usage(raw, known, (frames, running))
        load = usage.load
        if load is not None and running is not None:
            load = self._placed(load, above, raw, direct=direct)
        fields = (
            known.shape.summary,
            usage.origin,
            usage.stack,
            self._places.setdefault(usage.place, len(self._places)),
            known.parameters,
            load,
            known.names,
            known.eager,
            running[2] if running is not None and running[0] == orm.BATCHES else 0,
            True,  # SQLAlchemy begins a transaction before it executes anything
            self._engines.name(engine),
            statement.dialect,
            engine.dialect.is_async,
            raw[5] is SERIALIZING,
        )
        template = self[common] = Template(known, load, raw, fields)
        return template

    def _placed(
        self, load: Load, above: Template | None, raw: tuple[Any, ...], *, direct: bool
    ) -> Load:
        if load.path and not direct:
            load = load._replace(cause="expired")
        return load if above is None else self._with_path(load, above, RawRecord._make(raw))

    def _with_path(self, load: Load, above: Template, raw: RawRecord) -> Load:
        owner = raw.load[1] if raw.load is not None else None
        way = _way(above)
        statement = above.statement
        key = (above.raw[3], owner, way, load.path)
        path = statement.ways.get(key)
        if path is None:
            root = paths.root_of(RawRecord._make(above.raw), statement)
            joined = paths.joined_prefix(statement, owner, root) if owner is not None else ()
            path = paths.full_path(load.path, way, joined) if load.path else (*way, *joined)
            path = path if way else paths.named_for_alias(path, statement)
            if len(statement.ways) >= _MAX_WAYS:
                statement.ways.clear()
            statement.ways[key] = path
        if load.cause == "deferred" and not path:
            return load._replace(owner=paths.name_of(load.owner, statement))
        return load if path == load.path else load._replace(path=path)


def _usage(raw: tuple[Any, ...], statement: Resolved, key: tuple[Any, ...]) -> Usage:
    # Kept with the statement from one recording to the next, and the frames with it, so that
    # their id cannot be reused.
    usage: Usage | None = statement.usages.get(key)
    if usage is None:
        if len(statement.usages) >= _MAX_PLACES:
            statement.usages.clear()
        usage = statement.usages[key] = _make_usage(RawRecord._make(raw), statement)
    return usage


def _make_usage(raw: RawRecord, statement: Resolved) -> Usage:
    frames = () if raw.frames is SERIALIZING else raw.frames
    # A recursive function stands once however deep it went: its loop is one place.
    innermost: dict[int, int] = {}
    for code, instruction in zip(frames[::2], frames[1::2], strict=True):
        innermost.setdefault(id(code), instruction)
    return Usage(
        loads.origin_of(raw, statement),
        loads.load_of(raw, statement),
        stack_of(frames),
        # A string, because it knows its hash.
        f"{tuple(innermost.items())} {statement.shape.text}",
        raw.frames,
    )


def _way(above: Template) -> tuple[Step, ...]:
    load = above.raw[3]
    if above.load is None or load is None or load[0] not in {orm.LAZY, orm.EAGER}:
        return ()
    last = above.load.path[-1]
    return (*above.load.path[:-1], Step(last.attribute, last.many, load[2] or ""))
