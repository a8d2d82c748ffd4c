"""What is known of a figure that varies: its median, and the quartiles around it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import quantiles
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of one figure measured many times."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Take the quartiles of *values*; one alone is all three."""
        if len(values) == 1:
            return cls(values[0], values[0], values[0])
        low, middle, high = quantiles(values, n=4, method="inclusive")
        return cls(low, middle, high)


class Taken(NamedTuple):
    """Seconds of one call: by the wall's clock, and by the processor's for the whole process."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Row:
    """One contestant at one workload: its time as a ratio to bare, what it adds in seconds.

    `added` is of the processor's time, for one call of the workload, and `clear` tells whether at
    least three quarters of the rounds added anything. `limit` is the ratio it must not exceed, or
    None.
    """

    database: str
    workload: str
    contestant: str
    ratio: Spread
    added: float
    limit: float | None = None
    clear: bool = True

    @property
    def exceeded(self) -> bool:
        """Whether the median is above the limit."""
        return self.limit is not None and self.ratio.middle > self.limit
