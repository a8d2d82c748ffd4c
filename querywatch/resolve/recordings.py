"""From raw records to the recording that detectors judge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from querywatch.capture import RawRecord, orm
from querywatch.capture.frames import SERIALIZING
from querywatch.capture.record import Batch
from querywatch.model import Query, Step
from querywatch.resolve import loads, paths
from querywatch.resolve.engines import Engines
from querywatch.resolve.parents import Runs
from querywatch.resolve.sites import stack_of
from querywatch.resolve.statements import Resolved, resolved
from querywatch.resolve.values import Tokens, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from querywatch.model import CallSite, Load

_RELOADS: Final = frozenset({"column"})


class Resolver:
    """Turns the raw records of one recording into queries, in the order they ended."""

    def __init__(self, records: Iterable[tuple[Any, ...]], started: float) -> None:
        self._started = started
        self._tokens = Tokens()
        self._engines = Engines()
        self._places: dict[Any, int] = {}
        self._bringing: dict[Any, bool] = {}
        self._ways: dict[Any, tuple[Step, ...]] = {}
        self._stacks: dict[Any, tuple[tuple[CallSite, ...], tuple[Any, ...]]] = {}
        self.setup_statements = 0
        self._raws: list[tuple[RawRecord, Resolved, float, int]] = []
        self._take(RawRecord._make(record) for record in records)
        self._runs = Runs([(raw.marker, n) for n, (raw, *_) in enumerate(self._raws) if raw.marker])
        self._queries: list[Query] = []

    def _take(self, records: Iterable[RawRecord]) -> None:
        batches: dict[int, int] = {}
        for raw in records:
            statement = resolved(raw.statement)
            if raw.setup or statement.is_setup:
                self.setup_statements += 1
            elif isinstance(raw.batch, Batch) and id(raw.batch) in batches:
                self._merge(batches[id(raw.batch)], raw)
            else:
                size = raw.batch.size if isinstance(raw.batch, Batch) else raw.batch or 1
                if isinstance(raw.batch, Batch):
                    batches[id(raw.batch)] = len(self._raws)
                self._raws.append((raw, statement, raw.ended - raw.started, size))

    def _merge(self, number: int, more: RawRecord) -> None:
        raw, statement, duration, size = self._raws[number]
        raw = raw._replace(error=raw.error or more.error)
        self._raws[number] = (raw, statement, duration + more.ended - more.started, size)

    def durations(self) -> list[float]:
        """Return the seconds of each query, without resolving more than that."""
        return [duration for _, _, duration, _ in self._raws]

    def queries(self) -> tuple[Query, ...]:
        """Resolve every record."""
        for number, (raw, statement, duration, size) in enumerate(self._raws):
            self._queries.append(self._query(number, raw, statement, duration, size))
        return tuple(self._queries)

    def _query(
        self, number: int, raw: RawRecord, statement: Resolved, duration: float, size: int
    ) -> Query:
        load = loads.load_of(raw, statement, self._tokens)
        parent = self._parent(raw)
        if load is not None and raw.load is not None:
            load, parent = self._placed(load, parent, raw)
        serializing = raw.frames is SERIALIZING
        stack, signature = self._where(() if serializing else raw.frames)
        place = (statement.shape.text, signature)
        return Query(
            number=number,
            statement=statement.shape.text,
            summary=statement.shape.summary,
            origin=loads.origin_of(raw, statement),
            started=raw.started - self._started,
            duration=duration,
            stack=stack,
            place=self._places.setdefault(place, len(self._places)),
            flush=raw.load[1] if raw.load is not None and raw.load[0] == orm.FLUSH else 0,
            values=values_of(statement, raw.values, self._tokens),
            parameters=statement.parameters,
            load=load,
            parent=parent,
            entities=statement.names,
            eager=statement.eager,
            batch=raw.load[1] if raw.load is not None and raw.load[0] == orm.BATCHES else 0,
            rows=raw.rows if raw.rows >= 0 else None,
            size=size,
            error=None if raw.error is None else error_name(raw.error),
            in_transaction=not raw.setup,
            engine=self._engines.name(raw.engine),
            dialect=raw.statement.dialect,
            is_async=raw.engine.dialect.is_async,
            thread=raw.thread,
            serializing=serializing,
        )

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

    def _parent(self, raw: RawRecord) -> int | None:
        if raw.load is None or len(raw.load) < 4:  # noqa: PLR2004
            return None
        if raw.load[2] is None:
            return self._eager_parent(raw) if raw.load[0] == orm.EAGER else None
        owner = raw.load[3]
        return self._runs.query_of(raw.load[2], lambda number: self._brought(number, owner))

    def _eager_parent(self, raw: RawRecord) -> int | None:
        # A subqueryload does not say which run it belongs to, but it runs in the midst of it.
        steps = orm.steps_of(raw.statement.path)
        for query in reversed(self._queries if steps else ()):
            owner = steps[-1][0].class_
            if query.thread == raw.thread and self._brought(query.number, owner):
                return query.number
        return None

    def _brought(self, number: int, owner: type | None) -> bool:
        raw, statement, *_ = self._raws[number]
        loaded = raw.load[3] if raw.load is not None and len(raw.load) > 3 else None  # noqa: PLR2004
        key = (id(statement), loaded, owner)
        if key not in self._bringing:
            self._bringing[key] = paths.brings(paths.classes_of(raw, statement), owner)
        return self._bringing[key]

    def _placed(self, load: Load, parent: int | None, raw: RawRecord) -> tuple[Load, int | None]:
        # Objects that expired were loaded again one by one: what counts is the query that
        # brought them in to begin with.
        source = parent
        while source is not None and self._queries[source].origin in _RELOADS:
            source = self._queries[source].parent
        if load.path:
            if source != parent:
                load = replace(load, cause="expired")
            parent = source
        return (load if source is None else self._with_path(load, source, raw)), parent

    def _with_path(self, load: Load, source: int, raw: RawRecord) -> Load:
        above, statement, *_ = self._raws[source]
        owner = raw.load[3] if raw.load is not None else None
        way = self._way(source)
        key = (id(raw.statement), id(statement), owner, way, load.path)
        if key not in self._ways:
            root = paths.root_of(above, statement)
            joined = paths.joined_prefix(statement, owner, root) if owner is not None else ()
            path = paths.full_path(load.path, way, joined) if load.path else (*way, *joined)
            self._ways[key] = path if way else paths.named_for_alias(path, statement)
        path = self._ways[key]
        return load if path == load.path else replace(load, path=path)

    def _way(self, parent: int) -> tuple[Step, ...]:
        query, raw = self._queries[parent], self._raws[parent][0]
        if query.load is None or raw.load is None or raw.load[0] not in {orm.LAZY, orm.EAGER}:
            return ()
        via = raw.load[4] or ""
        last = query.load.path[-1]
        return (*query.load.path[:-1], Step(last.attribute, last.many, via))


def error_name(error: type[BaseException]) -> str:
    """Name an exception class as a programmer would import it."""
    module = error.__module__
    return error.__qualname__ if module == "builtins" else f"{module}.{error.__qualname__}"
