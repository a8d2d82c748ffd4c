"""Which query brought in the object that another one loads for.

SQLAlchemy numbers the runs of ORM queries and leaves the number on each object it brings in.
Capture took one number right after each statement, so a run belongs to the last statement whose
number lies below it.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TRIES = 8


class Runs:
    """The queries of a recording in the order of their run numbers."""

    def __init__(self, markers: list[tuple[int, int]]) -> None:
        ordered = sorted(markers)
        self._markers = [marker for marker, _ in ordered]
        self._numbers = [number for _, number in ordered]

    def query_of(self, run: int | None, brought: Callable[[int], bool]) -> int | None:
        """Return the number of the query that made *run*, None where it ran before.

        *brought* tells whether a query can have brought in such an object at all: between the
        number capture took and the run itself another thread may have taken one.
        """
        if run is None:
            return None
        last = bisect_right(self._markers, run) - 1
        for index in range(last, max(-1, last - _TRIES), -1):
            if brought(self._numbers[index]):
                return self._numbers[index]
        return None
