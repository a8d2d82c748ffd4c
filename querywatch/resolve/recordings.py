"""From raw records to the recording that detectors judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from querywatch.capture import orm
from querywatch.capture.record import Batch
from querywatch.model import Query
from querywatch.resolve.engines import Engines
from querywatch.resolve.parents import Parents
from querywatch.resolve.statements import resolved
from querywatch.resolve.templates import Template, Templates
from querywatch.resolve.values import Tokens, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOADS_FOR_ONE: Final = frozenset({orm.LAZY, orm.COLUMN, orm.REFRESH, orm.EAGER})

_SETUP: Final = orm.IN_SETUP[0]

Raw = tuple[Any, ...]


class Resolver:
    """Turns the raw records of one recording into queries, in the order they ended."""

    def __init__(self, records: Iterable[Raw], started: float) -> None:
        self._started = started
        self._tokens = Tokens()
        self._engines = Engines()
        self._raws: list[Raw] = []
        self._batches: dict[int, _Merged] = {}
        self._errors: dict[type[BaseException], str] = {}
        self.setup_statements = 0
        self._take(records)
        self._templates = Templates(self._engines)
        self._parents = Parents(self._raws)

    def _take(self, records: Iterable[Raw]) -> None:
        # By position, not by name: this runs once per record. The order is that of `RawRecord`.
        merged: dict[int, _Merged] = {}
        for raw in records:
            batch = raw[10]
            if raw[3] is _SETUP or resolved(raw[0]).is_setup:
                self.setup_statements += 1
            elif batch.__class__ is not Batch:
                self._raws.append(raw)
            elif id(batch) in merged:
                merged[id(batch)].add(raw)
            else:
                merged[id(batch)] = self._batches[len(self._raws)] = _Merged(raw)
                self._raws.append(raw)

    def durations(self) -> list[float]:
        """Return the seconds of each query, without resolving more than that."""
        durations = [raw[2] - raw[1] for raw in self._raws]
        for number, batch in self._batches.items():
            durations[number] = batch.duration
        return durations

    def queries(self) -> tuple[Query, ...]:
        """Resolve every record."""
        began, tokens, batches = self._started, self._tokens, self._batches
        queries: list[Query] = []
        templates: list[Template] = []
        for number, raw in enumerate(self._raws):
            statement, started, ended, load, _, frames, kept, rows, engine, thread, batch, *_ = raw
            key, found = raw[12], raw[13]
            parent = source = None
            run = loaded_for = -1
            if load is not None and load[0] in _LOADS_FOR_ONE:
                loaded_for = -1 if key is None else tokens.of((load[1], key))
                run = -1 if found is None else found
                parent = self._parents.of(number)
                source = self._source(parent, queries)
            above = None if source is None else templates[source]
            template = self._templates.of(
                (statement, frames, engine, load, above, source == parent), raw
            )
            templates.append(template)
            # A plain tuple's own constructor: the one that takes fields by name costs six times
            # as much. Here stand the fields that differ from run to run, in the model's order.
            fields = (
                number,
                template.text,
                started - began,
                ended - started,
                values_of(template.statement, kept, tokens),
                source if template.from_source else parent,
                loaded_for,
                run,
                found if load is orm.IN_FLUSH else 0,
                rows if rows >= 0 else None,
                batch or 1,
                None if raw[11] is None else self._error(raw[11]),
                thread,
            )
            query = Query._make(fields + template.fields)
            if number in batches:
                query = batches[number].query(query, self._error)
            queries.append(query)
        return tuple(queries)

    def _source(self, parent: int | None, queries: list[Query]) -> int | None:
        # Objects that expired were loaded again one by one: what counts is the query that
        # brought them in to begin with.
        while parent is not None and queries[parent].origin == "column":
            parent = queries[parent].parent
        return parent

    def _error(self, error: type[BaseException]) -> str:
        if error not in self._errors:
            self._errors[error] = error_name(error)
        return self._errors[error]


class _Merged:
    """All batches of one execution: one query."""

    def __init__(self, raw: Raw) -> None:
        self.size: int = raw[10].size
        self.duration: float = raw[2] - raw[1]
        self.error: type[BaseException] | None = raw[11]

    def add(self, raw: Raw) -> None:
        """Take in one more batch."""
        self.duration += raw[2] - raw[1]
        self.error = self.error or raw[11]

    def query(self, first: Query, name: Any) -> Query:
        """Return the query of all, *first* being that of the first batch."""
        error = None if self.error is None else name(self.error)
        return first._replace(duration=self.duration, size=self.size, error=error)


def error_name(error: type[BaseException]) -> str:
    """Name an exception class as a programmer would import it."""
    module = error.__module__
    return error.__qualname__ if module == "builtins" else f"{module}.{error.__qualname__}"
