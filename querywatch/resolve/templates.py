"""What the runs of one statement from one place have in common, worked out once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from querywatch.capture import RawRecord, orm
from querywatch.capture.frames import SERIALIZING
from querywatch.model import Step
from querywatch.resolve import loads, paths
from querywatch.resolve.sites import stack_of
from querywatch.resolve.statements import Resolved, resolved

if TYPE_CHECKING:
    from querywatch.model import CallSite, Load
    from querywatch.resolve.engines import Engines

Common: TypeAlias = "tuple[Any, Any, Any, Any, Template | None, bool]"
"""The statement, the frames, the engine, what the ORM was doing, the template of the query that
the object came from, and whether that query is also the last one that loaded it."""


class Template(NamedTuple):
    """The fields that all those runs share, in the order in which `Query` ends with them.

    `from_source` tells that their parent is the query that brought the objects in to begin with.
    """

    text: str
    fields: tuple[Any, ...]
    statement: Resolved
    load: Load | None
    from_source: bool
    raw: RawRecord


class Templates:
    """The templates of one recording."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._known: dict[tuple[Any, ...], Template] = {}
        self._places: dict[Any, int] = {}
        self._ways: dict[Any, tuple[Step, ...]] = {}
        self._stacks: dict[Any, tuple[tuple[CallSite, ...], tuple[Any, ...]]] = {}

    def of(self, common: Common, raw: tuple[Any, ...]) -> Template:
        """Return the template of *raw*, one of the runs that have *common* in common."""
        statement, frames, engine, kind, above, direct = common
        # By id: the records of the recording keep all of them alive as long as this lives.
        key = (id(statement), id(frames), id(engine), kind, id(above), direct)
        template = self._known.get(key)
        if template is None:
            template = self._known[key] = self._make(RawRecord._make(raw), above, direct=direct)
        return template

    def _make(self, raw: RawRecord, above: Template | None, *, direct: bool) -> Template:
        statement = resolved(raw.statement)
        load = loads.load_of(raw, statement)
        from_source = load is not None and load.path != ()
        if load is not None and raw.load is not None:
            load = self._placed(load, above, raw, direct=direct)
        serializing = raw.frames is SERIALIZING
        stack, signature = self._where(() if serializing else raw.frames)
        place = (statement.shape.text, signature)
        batch = raw.load[2] if raw.load is not None and raw.load[0] == orm.BATCHES else 0
        fields = (
            statement.shape.summary,
            loads.origin_of(raw, statement),
            stack,
            self._places.setdefault(place, len(self._places)),
            statement.parameters,
            load,
            statement.names,
            statement.eager,
            batch,
            True,  # SQLAlchemy begins a transaction before it executes anything
            self._engines.name(raw.engine),
            raw.statement.dialect,
            raw.engine.dialect.is_async,
            serializing,
        )
        return Template(statement.shape.text, fields, statement, load, from_source, raw)

    def _where(self, frames: tuple[Any, ...]) -> tuple[tuple[CallSite, ...], tuple[Any, ...]]:
        codes = tuple(map(id, frames[::2]))
        key = (codes, frames[1::2])
        if key not in self._stacks:
            # A recursive function stands once however deep it went: its loop is one place.
            innermost: dict[int, int] = {}
            for code, instruction in zip(*key, strict=True):
                innermost.setdefault(code, instruction)
            self._stacks[key] = (stack_of(frames), tuple(innermost.items()))
        return self._stacks[key]

    def _placed(self, load: Load, above: Template | None, raw: RawRecord, *, direct: bool) -> Load:
        if load.path and not direct:
            load = replace(load, cause="expired")
        return load if above is None else self._with_path(load, above, raw)

    def _with_path(self, load: Load, above: Template, raw: RawRecord) -> Load:
        owner = raw.load[1] if raw.load is not None else None
        way = _way(above)
        key = (id(raw.statement), id(above.statement), owner, way, load.path)
        if key not in self._ways:
            root = paths.root_of(above.raw, above.statement)
            joined = paths.joined_prefix(above.statement, owner, root) if owner is not None else ()
            path = paths.full_path(load.path, way, joined) if load.path else (*way, *joined)
            self._ways[key] = path if way else paths.named_for_alias(path, above.statement)
        path = self._ways[key]
        return load if path == load.path else replace(load, path=path)


def _way(above: Template) -> tuple[Step, ...]:
    load = above.raw.load
    if above.load is None or load is None or load[0] not in {orm.LAZY, orm.EAGER}:
        return ()
    last = above.load.path[-1]
    return (*above.load.path[:-1], Step(last.attribute, last.many, load[2] or ""))
