"""Everything one run of the benchmarks has found."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.breakdown import Parts
    from benchmarks.costs import Cost
    from benchmarks.figures import Row
    from benchmarks.instructions import Counts
    from benchmarks.load import Served
    from benchmarks.memory import Kept
    from benchmarks.sinks import Sink

PACKAGES = ("sqlalchemy", "fastapi", "starlette", "uvicorn", "asyncpg", "psycopg", "greenlet")


def versions() -> dict[str, str]:
    """Name the interpreter and the packages that were measured."""
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@dataclass
class Results:
    """The figures of one run; a part that was not run stays empty.

    `rows` are of contestants in processes of their own, `turns` of one process that takes turns.
    `rivals` holds the rows measured in the environment of each rival and `rival_versions` what is
    installed there, both by its name; `left_out` says of what was not measured why. `soak` is what
    the soak stored, and `took` how many seconds it all was. `quick` is a run too short to tell.
    """

    made: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())
    versions: dict[str, str] = field(default_factory=versions)
    rows: list[Row] = field(default_factory=list)
    turns: list[Row] = field(default_factory=list)
    rivals: dict[str, list[Row]] = field(default_factory=dict)
    rival_versions: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    served: list[Served] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    sinks: list[Sink] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)
    parts: Parts = field(default_factory=dict)
    soak: dict[str, Any] = field(default_factory=dict)
    took: float = 0.0
    quick: bool = False

    @property
    def exceeded(self) -> list[str]:
        """Name every figure above its limit."""
        over = [
            f"{row.database} {row.workload}: {row.contestant}{where}"
            for rows, where in ((self.rows, ""), (self.turns, " (by turns in one process)"))
            for row in rows
            if row.exceeded
        ]
        return over + [cost.act for cost in self.costs if cost.exceeded]
