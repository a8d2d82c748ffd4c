"""The values a label may take: bounded in number and in length, and never forgotten.

Neither Prometheus' client nor OpenTelemetry's SDK limits how many series a process makes.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

OTHER: Final = "<other>"
"""Stands for every value beyond the limit."""
MAX_ROUTES: Final = 500
MAX_FINGERPRINTS: Final = 100
MAX_ERROR_TYPES: Final = 100
MAX_LENGTH: Final = 200
"""Characters of one value; a longer one ends in `…`."""


class Bounded:
    """The first *limit* values of one label, each as it is; all later ones are `<other>`.

    A value that was let in stays, for a series that comes and goes cannot be computed with.
    *refused* is called without a lock held, once for each measurement whose value was not let in.
    Threads may share it.
    """

    def __init__(self, limit: int, refused: Callable[[], object]) -> None:
        self.limit = limit
        self._refused = refused
        self._values: set[tuple[str, str]] = set()
        self._lock = Lock()

    def __call__(self, value: str, beside: str = "") -> str:
        """Return *value* fit for a label, or `<other>`.

        With *beside*, the value of another label that tells its series apart, pairs of the two
        are what is limited: the methods of a route multiply its series as routes do.
        """
        value = presentable(value)
        if value == OTHER or self._admits((beside, value)):
            return value
        self._refused()
        return OTHER

    def __len__(self) -> int:
        return len(self._values)

    def _admits(self, value: tuple[str, str]) -> bool:
        if value in self._values:
            return True
        with self._lock:
            if value not in self._values and len(self._values) >= self.limit:
                return False
            self._values.add(value)
            return True


def presentable(value: str) -> str:
    """Return *value* short enough for a label, and such that it can be written as UTF-8.

    One lone surrogate would make a whole exposition fail.
    """
    if len(value) > MAX_LENGTH:
        value = value[: MAX_LENGTH - 1] + "…"
    return value.encode("utf-8", "backslashreplace").decode("utf-8")
