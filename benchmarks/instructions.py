"""Instructions per statement, counted by callgrind: the yardstick that no noise disturbs.

Bare and contestants run by turns in one process, and of each turn the difference to bare is
taken: they share the history of the process and the layout of its memory, which decides how often
look-ups collide and moves an ORM select by more than all that querywatch adds. What is told is
the median over many turns in many layouts, and how far the middle half of them lies apart.

`python -m benchmarks.instructions` compares with what is stored in instructions.json, and with
`--store` stores what it counts. Numbers of different interpreters or versions of SQLAlchemy do
not compare, and then nothing is judged.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy

from benchmarks.figures import Spread
from benchmarks.places import REFERENCE, ROOT
from benchmarks.workloads import ONE_STATEMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Run: TypeAlias = tuple[str, str, float]
"""Workload, contestant, and the instructions that one statement took."""

Spreads: TypeAlias = dict[str, dict[str, Spread]]
"""Instructions per statement, contestant -> workload -> figure: of "bare" the whole, of all others
what they add to it."""

Counts: TypeAlias = dict[str, dict[str, int]]
"""The medians alone."""

WORKLOADS = sorted(ONE_STATEMENT)
CONTESTANTS = ("idle", "recording")
COUNTABLE = ("idle", "sampled out", "counting", "recording")
"""Those that can be taken out again, and whose cost falls upon the statements alone."""
STATEMENTS = 25
SEEDS = (0, 1)
"""Of the hashes: one process for each."""
LAYOUTS = 4
TURNS = 2
TOLERANCE = 1.10
NOISE = 2_500
LIMITS = {
    "idle": dict.fromkeys(WORKLOADS, 4_500),
    "recording": {
        "core select": 16_000,
        "core select anew": 16_000,
        "orm select": 20_000,
        "lazy load": 20_000,
    },
}
TOTAL = re.compile(r"^totals: (\d+)", re.MULTILINE)


def count(
    contestants: Sequence[str] = CONTESTANTS, layouts: int = LAYOUTS, turns: int = TURNS
) -> Spreads:
    """Count bare and each contestant, in two processes at a time; RuntimeError without valgrind."""
    command = ["benchmarks.counted", f"{STATEMENTS}", f"{layouts}", f"{turns}", *contestants]
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda seed: _runs(dumped(command, seed, WORKLOADS)), SEEDS)
        return summed_up([run for runs in found for run in runs])


def dumped(
    module: Sequence[str], seed: int, words: Iterable[str], each: int = 2
) -> list[tuple[str, int]]:
    """Run *module* under callgrind; return each line it prints and what it ran before it did.

    It prints one line for each so many calls of `getppid`, and the last two of them enclose what
    is counted.
    """
    if shutil.which("valgrind") is None:
        raise RuntimeError("valgrind is not installed: instructions cannot be counted")
    with tempfile.TemporaryDirectory() as folder:
        lines = _callgrind(module, seed, "\n".join(words), folder)
        totals = [_total(Path(folder, f"out.{each * (n + 1)}")) for n in range(len(lines))]
    return list(zip(lines, totals, strict=True))


def _callgrind(module: Sequence[str], seed: int, words: str, folder: str) -> list[str]:
    # Addresses and hashes held still.
    steady = ["setarch", "-R"] if shutil.which("setarch") else []
    tool = ["valgrind", "--tool=callgrind", "-q", "--dump-before=getppid"]
    done = subprocess.run(
        [*steady, *tool, f"--callgrind-out-file={folder}/out", sys.executable, "-m", *module],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": f"{seed}"},
        input=words,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module[0]} failed under callgrind:\n{done.stderr}")
    return done.stdout.splitlines()


def _total(dump: Path) -> int:
    found = TOTAL.search(dump.read_text("utf-8"))
    if found is None:
        raise RuntimeError(f"no total in what callgrind wrote to {dump.name}")
    return int(found[1])


def _runs(lines: Iterable[tuple[str, int]]) -> list[Run]:
    return [
        (workload, contestant, total / STATEMENTS)
        for line, total in lines
        for workload, contestant in [line.split("\t")]
    ]


def summed_up(runs: Sequence[Run]) -> Spreads:
    """Take the differences to bare of the same turn: of bare itself the whole.

    A turn is as many runs of one workload as there are contestants, bare among them.
    """
    size = len({contestant for _, contestant, _ in runs})
    found: dict[str, dict[str, list[float]]] = {"bare": {}}
    for first in range(0, len(runs), size):
        turn = {contestant: number for _, contestant, number in runs[first : first + size]}
        workload, bare = runs[first][0], turn.pop("bare")
        found["bare"].setdefault(workload, []).append(bare)
        for contestant, number in sorted(turn.items()):
            found.setdefault(contestant, {}).setdefault(workload, []).append(number - bare)
    return {
        contestant: {workload: Spread.of(numbers) for workload, numbers in row.items()}
        for contestant, row in found.items()
    }


def medians(found: Spreads) -> Counts:
    """Keep the medians alone, as whole numbers."""
    return {
        name: {workload: round(figure.middle) for workload, figure in row.items()}
        for name, row in found.items()
    }


def versions() -> dict[str, str]:
    """Name what the numbers depend on."""
    return {
        "python": platform.python_version(),
        "sqlalchemy": sqlalchemy.__version__,
        "machine": platform.machine(),
    }


def difference(found: Spreads, reference: Counts) -> tuple[list[str], bool]:
    """Compare what is added with what was; the second value tells whether any is too much more.

    Too much is over a tenth, and more than two counts of the same code lie apart.
    """
    head = ("contestant", "workload", "now", "quartiles", "stored", "change", "limit")
    lines = [_line(head)]
    worse = False
    for name, row in found.items():
        for workload, figure in row.items():
            number = round(figure.middle)
            before = reference.get(name, {}).get(workload)
            shown = ("new", "") if before is None else (f"{before:,}", f"{number - before:+,}")
            if before is not None and name != "bare":
                worse = worse or number > max(before * TOLERANCE, before + NOISE)
            quartiles = f"{figure.low:,.0f}-{figure.high:,.0f}"
            limit = _limit(name, workload, number)
            lines.append(_line((name, workload, f"{number:,}", quartiles, *shown, limit)))
    return lines, worse


def _line(cells: Sequence[str]) -> str:
    name, workload, *figures = cells
    widths = (10, 18, 9, 9, 18)
    shown = "".join(f"{cell:>{width}}" for cell, width in zip(figures, widths, strict=True))
    return f"{name:<12}{workload:<18}{shown}".rstrip()


def _limit(name: str, workload: str, number: int) -> str:
    limit = LIMITS.get(name, {}).get(workload)
    return "" if limit is None else f"{limit:,}{' EXCEEDED' if number > limit else ' ok'}"


def main() -> int:
    """Count, and compare or store; return 1 when something became much dearer."""
    options = _options()
    found = count(options.contestants, options.layouts, options.turns)
    if options.store:
        document = {"versions": versions(), "counts": medians(found)}
        REFERENCE.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", "utf-8")
    reference: dict[str, Any] = json.loads(REFERENCE.read_text("utf-8"))
    lines, worse = difference(found, reference["counts"])
    print("instructions per statement: of bare the whole, of all others what they add\n")
    print("\n".join(lines))
    if reference["versions"] != versions():
        print(f"\nstored for {reference['versions']}, this is {versions()}: not judged")
        return 0
    return 1 if worse else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Count instructions per statement.")
    parser.add_argument("--store", action="store_true", help="store what is counted")
    parser.add_argument("--layouts", type=int, default=LAYOUTS, help="layouts of memory")
    parser.add_argument("--turns", type=int, default=TURNS, help="turns in each of them")
    parser.add_argument("contestants", nargs="*", choices=[[], *COUNTABLE])
    options = parser.parse_args()
    options.contestants = options.contestants or CONTESTANTS
    return options


if __name__ == "__main__":
    sys.exit(main())
