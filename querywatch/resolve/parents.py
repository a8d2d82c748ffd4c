"""Which query brought in the object that another one loads for.

SQLAlchemy numbers the runs of ORM queries and leaves the number on each object it brings in.
Capture took one number right after each statement, so a run belongs to the last statement whose
number lies below it.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from querywatch.capture import RawRecord, orm
from querywatch.resolve import paths
from querywatch.resolve.statements import resolved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TRIES = 8


class Runs:
    """The queries of a recording in the order of their run numbers."""

    def __init__(self, raws: Sequence[tuple[Any, ...]]) -> None:
        # No two have one marker, but for those that have none.
        self._numbers = {raw[4]: number for number, raw in enumerate(raws)}
        self._numbers.pop(0, None)
        self._markers = sorted(self._numbers)

    def query_of(self, run: int, brought: Callable[[int], bool]) -> int | None:
        """Return the number of the query that made *run*, None where it ran before.

        *brought* tells whether a query can have brought in such an object at all: between the
        number capture took and the run itself another thread may have taken one.
        """
        last = bisect_right(self._markers, run) - 1
        for index in range(last, max(-1, last - _TRIES), -1):
            number = self._numbers[self._markers[index]]
            if brought(number):
                return number
        return None


class Parents(dict["tuple[int, type | None]", "int | None"]):
    """The number of the query of one recording that brought in a class in a run."""

    # A dictionary that fills itself: most of what is asked was asked for the query before.
    def __init__(self, raws: Sequence[tuple[Any, ...]]) -> None:
        self._raws = raws
        self._runs: Runs | None = None

    def __missing__(self, key: tuple[int, type | None]) -> int | None:
        run, owner = key
        if self._runs is None:
            self._runs = Runs(self._raws)
        self[key] = self._runs.query_of(run, lambda other: self._brought(other, owner))
        return self[key]

    def of_eager(self, number: int) -> int | None:
        """Return the number of the query that eager query *number* was run for.

        A subqueryload does not say which run it belongs to, but it runs in the midst of it.
        """
        raw = RawRecord._make(self._raws[number])
        steps = orm.steps_of(raw.statement.path)
        for other in range(number - 1, -1, -1) if steps else ():
            if self._raws[other][9] == raw.thread and self._brought(other, steps[-1][0].class_):
                return other
        return None

    def _brought(self, number: int, owner: type | None) -> bool:
        raw = self._raws[number]
        statement, load = resolved(raw[0]), raw[3]
        key = (None if load is None else load[1], owner)
        found = statement.brings.get(key)
        if found is None:
            classes = paths.classes_of(RawRecord._make(raw), statement)
            found = statement.brings[key] = paths.brings(classes, owner)
        return found
