"""The first number: what listening and recording cost per statement, in one process and a minute.

`python -m benchmarks.overhead` runs each workload bare, idle and recording in turns, on in-memory
SQLite and on PostgreSQL where it answers, and prints the median of the ratios to bare of the same
turn. All three share one layout of memory, which processes of their own do not: this is the
steadiest figure a noisy machine gives. The exit code tells whether every ratio is within its limit.
"""

from __future__ import annotations

import argparse
import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.courses import LIMITS, postgresql_filled
from benchmarks.figures import Row, Spread
from benchmarks.tables import ratios
from benchmarks.workloads import IN_MEMORY, WORKLOADS, connect
from querywatch import capture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.workloads import Work

WARM_UP = 5
MEASURED = ("core select", "orm select", "lazy load")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 1 when a limit is exceeded."""
    parser = argparse.ArgumentParser(prog="benchmarks.overhead", description=__doc__)
    parser.add_argument("--turns", type=int, default=100, help="how often each is measured")
    parser.add_argument("--statements", type=int, default=100, help="statements per turn")
    parser.add_argument("--postgresql", metavar="URL", help="measure on this server")
    options = parser.parse_args(arguments)
    with postgresql_filled(options.postgresql) as postgresql:
        rows = measured(postgresql, options.turns, options.statements)
    print("\n".join(ratios(rows)))
    return 1 if any(row.exceeded for row in rows) else 0


def measured(postgresql: str | None, turns: int = 100, statements: int = 100) -> list[Row]:
    """Measure on SQLite, and on the filled database at *postgresql* where there is one."""
    places = {"sqlite": IN_MEMORY, **({"postgresql": postgresql} if postgresql else {})}
    with ThreadPoolExecutor(1) as pool:
        # On a pool's thread, as a framework runs an endpoint.
        found = [
            pool.submit(list, overhead(database, url, turns, statements)).result()
            for database, url in places.items()
        ]
    return [row for rows in found for row in rows]


def overhead(database: str, url: str, turns: int, statements: int) -> Iterator[Row]:
    """Measure every workload on one database; *statements* are what one measurement runs."""
    engine = connect(url)
    try:
        for workload in MEASURED:
            work = WORKLOADS[workload](engine)
            seconds = [_turn(work, statements) for _ in range(turns)]
            for place, name in ((1, "idle"), (2, "recording")):
                ratio = Spread.of([turn[place] / turn[0] for turn in seconds])
                added = Spread.of([(turn[place] - turn[0]) / statements for turn in seconds])
                limit = LIMITS.get((database, workload, name))
                yield Row(database, workload, name, ratio, added.middle, limit)
            # It holds a connection, in a transaction that keeps the tables from being dropped.
            del work
            gc.collect()
    finally:
        engine.dispose()


def _turn(work: Work, statements: int) -> tuple[float, float, float]:
    capture.detach()
    bare = _seconds(work, statements)
    # Without the trial statement on an engine of its own, which would be in everybody's way.
    capture.attach("dialect")
    idle = _seconds(work, statements)
    recording = capture.begin(limit=WARM_UP + statements)
    try:
        return bare, idle, _seconds(work, statements)
    finally:
        capture.end(recording)


def _seconds(work: Work, statements: int) -> float:
    for _ in range(WARM_UP):
        work()
    started = perf_counter()
    for _ in range(statements):
        work()
    return perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
