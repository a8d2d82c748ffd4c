"""From raw records to the recording that detectors judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from querywatch.capture import orm
from querywatch.capture.record import Batch
from querywatch.model import Query
from querywatch.resolve.parents import Parents
from querywatch.resolve.statements import resolved
from querywatch.resolve.templates import Template, Templates
from querywatch.resolve.values import Tokens, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable

# Read once per query: a global is found sooner than a name of another module.
_COLUMN: Final = orm.COLUMN
_EAGER: Final = orm.EAGER
_FLUSH: Final = orm.FLUSH
_LOADS_FOR_ONE: Final = frozenset({orm.LAZY, orm.COLUMN, orm.REFRESH, orm.EAGER})
_SETUP: Final = orm.IN_SETUP[0]

Raw = tuple[Any, ...]
# Without the check of the length that `Query._make` adds to it.
_new: Final[Any] = tuple.__new__


class Resolver:
    """Turns the raw records of one recording into queries, in the order they ended."""

    def __init__(self, records: Iterable[Raw], started: float) -> None:
        self._started = started
        self._raws: list[Raw] = []
        self._batches: dict[int, _Merged] = {}
        self._errors: dict[type[BaseException], str] = {}
        self.setup_statements = 0
        self._take(records)

    def _take(self, records: Iterable[Raw]) -> None:
        # By position, not by name: this runs once per record. The order is that of `RawRecord`.
        merged: dict[int, _Merged] = {}
        raws, last, is_setup = self._raws, None, False
        for raw in records:
            if raw[0] is not last:
                last = raw[0]
                is_setup = resolved(last).is_setup
            batch = raw[10]
            if is_setup or raw[3] is _SETUP:
                self.setup_statements += 1
            elif batch.__class__ is not Batch:
                raws.append(raw)
            elif id(batch) in merged:
                merged[id(batch)].add(raw)
            else:
                merged[id(batch)] = self._batches[len(raws)] = _Merged(raw)
                raws.append(raw)

    def durations(self) -> list[float]:
        """Return the seconds of each query, without resolving more than that."""
        durations = [raw[2] - raw[1] for raw in self._raws]
        for number, batch in self._batches.items():
            durations[number] = batch.duration
        return durations

    def queries(self) -> tuple[Query, ...]:  # noqa: C901 - one loop, few calls
        """Resolve every record."""
        began, tokens = self._started, Tokens()
        numbers = tokens.numbers
        parents, templates = Parents(self._raws), Templates()
        # What each query is made from, and which one brought its objects in to begin with:
        # those that expired were loaded again one by one.
        made: list[Template] = []
        sources: list[int | None] = []
        queries: list[Query] = []
        number = -1
        for raw in self._raws:
            number += 1
            (
                statement,
                started,
                ended,
                load,
                _,
                frames,
                kept,
                rows,
                engine,
                thread,
                batch,
                error,
                key,
                found,
            ) = raw
            code = flush = 0
            loaded_for = run = -1
            parent = source = above = None
            if load is not None:
                code = load[0]
                if code in _LOADS_FOR_ONE:
                    if key is not None:
                        loaded_for = tokens.of((load[1], key))
                    if found is not None:
                        run = found
                        parent = parents[run, load[1]]
                    elif code == _EAGER:
                        parent = parents.of_eager(number)
                    if parent is not None:
                        source = sources[parent]
                        above = None if source is None else made[source]
                elif code == _FLUSH:
                    flush = found
            # By id: hashing a code object reads all of it, and the records keep the frames alive.
            common = (statement, id(frames), engine, load, above, source == parent)
            template = templates.get(common) or templates.make(common, raw)
            made.append(template)
            sources.append(source if code == _COLUMN else number)
            only = template.only
            if only is None or kept is None:
                values = values_of(template.statement, kept, tokens)
            else:
                try:
                    values = (numbers.setdefault(kept[only], len(numbers)),)
                except Exception:  # noqa: BLE001 - what cannot be compared goes the long way
                    values = values_of(template.statement, kept, tokens)
            # A plain tuple's own constructor: the one that takes fields by name costs six times
            # as much. Here stand the fields that differ from run to run, in the model's order.
            fields = (
                number,
                template.text,
                started - began,
                ended - started,
                values,
                source if template.from_source else parent,
                loaded_for,
                run,
                flush,
                rows if rows >= 0 else None,
                batch or 1,
                None if error is None else self._error(error),
                thread,
            )
            queries.append(_new(Query, fields + template.fields))
        for number, batch in self._batches.items():
            queries[number] = batch.query(queries[number], self._error)
        return tuple(queries)

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
