"""From raw records to the recording that detectors judge."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from querywatch.capture import orm
from querywatch.capture.record import Batch
from querywatch.model import Query
from querywatch.resolve.glance import is_setup
from querywatch.resolve.parents import Parents
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
# A plain tuple's own constructor: without the check of the length that `Query._make` adds to it,
# and the one that takes fields by name costs six times as much.
_new: Final[Any] = tuple.__new__


class Resolver:
    """Turns the raw records of one recording into queries, in the order they ended."""

    def __init__(self, records: Iterable[Raw], started: float) -> None:
        self._started = started
        self.raws: list[Raw] = []
        """The record of each query, of those that were batches the first."""
        self._batches: dict[int, _Merged] = {}
        self._errors: dict[type[BaseException], str] = {}
        self.setup_statements = 0
        self._take(records)

    def _take(self, records: Iterable[Raw]) -> None:
        # By position, not by name: this runs once per record. The order is that of `RawRecord`.
        merged: dict[int, _Merged] = {}
        raws, last, is_in_setup = self.raws, None, False
        for raw in records:
            if raw[0] is not last:
                last = raw[0]
                is_in_setup = is_setup(last)
            batch = raw[10]
            if is_in_setup or raw[3] is _SETUP:
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
        durations = [raw[2] - raw[1] for raw in self.raws]
        for number, batch in self._batches.items():
            durations[number] = batch.duration
        return durations

    def queries(self) -> tuple[Query, ...]:
        """Resolve every record."""
        began, tokens, places = self._started, Tokens(), _Places(self.raws)
        numbers = tokens.numbers
        objects: dict[Any, int] = {}
        queries: list[Query] = []
        number = -1
        # What the record before had: in a loop the next one has it too.
        last_statement = last_frames = last_load = last_engine = last_found = None
        for raw in self.raws:
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
            if (
                statement is not last_statement
                or frames is not last_frames
                or load is not last_load
                or found != last_found
                or engine is not last_engine
            ):
                template, code, parent, run = places.of(number, raw)
                # An eager load that no run tells the parent of may have another the next time.
                last_statement = None if code == _EAGER and found is None else statement
                last_frames, last_load, last_engine, last_found = frames, load, engine, found
                flush = found if code == _FLUSH else 0
                if load is not None:
                    objects = places.objects[load[1]]
                text, only, common = template.text, template.only, template.fields
            loaded_for = -1
            if key is not None:
                # An object has the number of the first query that loaded for it.
                try:
                    loaded_for = objects.setdefault(key, number)
                except Exception:  # noqa: BLE001 - what cannot be compared equals nothing else
                    loaded_for = number
            if only is None or kept is None:
                values = values_of(template.statement, kept, tokens)
            else:
                try:
                    values = (numbers.setdefault(kept[only], len(numbers)),)
                except Exception:  # noqa: BLE001 - as above
                    values = values_of(template.statement, kept, tokens)
            # Here stand the fields that differ from run to run, in the model's order.
            fields = (
                number,
                text,
                started - began,
                ended - started,
                values,
                parent,
                loaded_for,
                run,
                flush,
                rows if rows >= 0 else None,
                batch or 1,
                None if error is None else self._error(error),
                thread,
            )
            queries.append(_new(Query, fields + common))
        for number, batch in self._batches.items():
            queries[number] = batch.query(queries[number], self._error)
        return tuple(queries)

    def _error(self, error: type[BaseException]) -> str:
        if error not in self._errors:
            self._errors[error] = error_name(error)
        return self._errors[error]


class _Places:
    """What the records of one recording have in common with others, and where they come from."""

    def __init__(self, raws: list[Raw]) -> None:
        self._parents = Parents(raws)
        self._templates = Templates()
        # The number of each object that was loaded for, by its class and its key.
        self.objects: defaultdict[Any, dict[Any, int]] = defaultdict(dict)
        # Of each run of records that are alike: its first number, the template, and for objects
        # that expired and were loaded again one by one, which query brought them in to begin with.
        self._starts: list[int] = []
        self._runs: list[tuple[Template, bool, int | None]] = []

    def of(self, number: int, raw: Raw) -> tuple[Template, int, int | None, int]:
        """Return the template of *raw* and all alike after it, the kind of load, parent and run.

        The kind is 0, the parent None and the run -1 where there is none. To be asked in order.
        """
        statement, load, frames, engine, found = raw[0], raw[3], raw[5], raw[8], raw[13]
        code = 0 if load is None else load[0]
        run, parent, source, above = -1, None, None, None
        if code in _LOADS_FOR_ONE:
            if found is not None:
                run = found
                parent = self._parents[run, load[1]]
            elif code == _EAGER:
                parent = self._parents.of_eager(number)
            if parent is not None:
                source = self._source_of(parent)
                above = None if source is None else self._run_of(source)[0]
        # By id: hashing a code object reads all of it, and the records keep the frames alive.
        common = (statement, id(frames), engine, load, above, source == parent)
        template = self._templates.get(common) or self._templates.make(common, raw)
        self._starts.append(number)
        self._runs.append((template, code == _COLUMN, source))
        return template, code, source if template.from_source else parent, run

    def _source_of(self, number: int) -> int | None:
        _, reloads, source = self._run_of(number)
        return source if reloads else number

    def _run_of(self, number: int) -> tuple[Template, bool, int | None]:
        return self._runs[bisect_right(self._starts, number) - 1]


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
