"""Contestants in processes of their own, measured in turns.

In each round all of them do the same work one after the other in changing order, and each is
divided by bare of that round: what slows the machine down for a while slows all of them.
"""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from benchmarks.figures import Row, Spread, Taken
from benchmarks.places import READY, ROOT
from benchmarks.workloads import calls_per_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BARE = "bare"
IN_PROCESS = "sqlite"


@dataclass(frozen=True)
class Course:
    """Who runs what on which database; *python* is the interpreter that has them installed.

    `sets` is how often the processes are started anew, because the layout of memory differs
    between them; `seconds` is about how long bare takes for one measurement.
    """

    database: str
    url: str
    workloads: tuple[str, ...]
    contestants: tuple[str, ...]
    python: str = sys.executable
    sets: int = 3
    rounds: int = 10
    seconds: float = 0.05


class Racer:
    """One contestant's process."""

    def __init__(self, course: Course, contestant: str) -> None:
        self.contestant = contestant
        command = [course.python, "-m", "benchmarks.worker", contestant, course.url]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [*command, *course.workloads], cwd=ROOT, stdin=pipe, stdout=pipe, text=True
        )

    def ready(self) -> Self:
        """Wait until the process can run; RuntimeError with the reason when it cannot."""
        line = self._read().strip()
        if line != READY:
            raise RuntimeError(line)
        return self

    def run(self, workload: str, amount: int) -> Taken:
        """Let the process do *workload* *amount* times and return what one of them took."""
        if self.process.stdin:
            self.process.stdin.write(f"{workload}\t{amount}\n")
            self.process.stdin.flush()
        wall, processor = (float(seconds) / amount for seconds in self._read().split())
        return Taken(wall, processor)

    def stop(self) -> None:
        """End the process: it ends with its input."""
        self.process.communicate()

    def _read(self) -> str:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise RuntimeError(f"the process of {self.contestant!r} stopped")
        return line


@contextmanager
def started(course: Course) -> Iterator[list[Racer]]:
    """Start all contestants at once and end them all, also when one of them fails."""
    racers = [Racer(course, name) for name in course.contestants]
    try:
        yield [racer.ready() for racer in racers]
    finally:
        for racer in racers:
            racer.stop()


def race(course: Course) -> Iterator[Row]:
    """Measure every contestant of *course* at every workload."""
    found: dict[tuple[str, str], list[tuple[Taken, Taken]]] = {}
    for _ in range(course.sets):
        with started(course) as racers:
            for workload in course.workloads:
                for name, times in _heats(course, racers, workload):
                    found.setdefault((workload, name), []).extend(times)
    for (workload, name), times in found.items():
        yield row(course.database, workload, name, times)


def row(database: str, workload: str, name: str, times: Sequence[tuple[Taken, Taken]]) -> Row:
    """Make a row of (mine, bare) for each round.

    What works in memory never waits: there the processor's time is all the time there is, and a
    busy machine does not disturb it. A server is waited for, and the ratio is the wall's; what
    somebody adds in this process is the processor's time there too.
    """
    ratio = Spread.of(
        [
            mine.processor / bare.processor if database == IN_PROCESS else mine.wall / bare.wall
            for mine, bare in times
        ]
    )
    added = Spread.of([mine.processor - bare.processor for mine, bare in times])
    return Row(database, workload, name, ratio, added.middle, clear=added.low > 0)


def _heats(
    course: Course, racers: list[Racer], workload: str
) -> Iterator[tuple[str, list[tuple[Taken, Taken]]]]:
    times: dict[str, list[tuple[Taken, Taken]]] = {racer.contestant: [] for racer in racers}
    amount = _amount(course, racers, workload)
    for _ in range(course.rounds):
        seconds = {
            racer.contestant: racer.run(workload, amount)
            for racer in random.sample(racers, len(racers))
        }
        for name, pairs in times.items():
            pairs.append((seconds[name], seconds[BARE]))
    yield from ((name, pairs) for name, pairs in times.items() if name != BARE)


def _amount(course: Course, racers: list[Racer], workload: str) -> int:
    # Everybody warms up; bare tells how many units of work fill the time.
    first = calls_per_unit(workload)
    for racer in racers:
        racer.run(workload, first)
    bare = next(racer for racer in racers if racer.contestant == BARE)
    took = min(bare.run(workload, first).wall for _ in range(5))
    return max(1, int(course.seconds / (took * first))) * first
