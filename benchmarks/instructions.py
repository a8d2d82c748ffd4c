"""Instructions per statement, counted by callgrind: the yardstick that no noise disturbs.

A run of N statements is taken from a run of 2 N, so that whatever a run costs by itself cancels.
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
from operator import sub
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy

from benchmarks.places import REFERENCE, ROOT
from benchmarks.workloads import ONE_STATEMENT

if TYPE_CHECKING:
    from collections.abc import Iterable

Counts: TypeAlias = dict[str, dict[str, int]]
"""Instructions per statement, contestant -> workload -> number: of "bare" the whole, of all others
what they add to it."""

WORKLOADS = sorted(ONE_STATEMENT)
CONTESTANTS = ("idle", "recording")
STATEMENTS = 25
LAYOUTS = 6
TOLERANCE = 1.10
NOISE = 4_000
TOTAL = re.compile(r"^totals: (\d+)", re.MULTILINE)


def count(
    contestants: Iterable[str], statements: int = STATEMENTS, layouts: int = LAYOUTS
) -> Counts:
    """Count bare and each contestant, two at a time; RuntimeError without valgrind."""
    names = ("bare", *contestants)
    if shutil.which("valgrind") is None:
        raise RuntimeError("valgrind is not installed: instructions cannot be counted")
    with ThreadPoolExecutor(2) as pool:
        counted = pool.map(lambda name: _count(name, statements, layouts), names)
        return summed_up(dict(zip(names, counted, strict=True)))


def summed_up(found: dict[str, list[list[int]]]) -> Counts:
    """Take the median over the layouts: of bare itself, of all others what they add to it.

    What is added is the difference to bare in the same layout, for each workload.
    """
    bare = found["bare"]
    return {
        name: {
            workload: round(median(column if name == "bare" else map(sub, column, alone)))
            for workload, column, alone in zip(WORKLOADS, mine, bare, strict=True)
        }
        for name, mine in found.items()
    }


def _count(contestant: str, statements: int, layouts: int) -> list[list[int]]:
    with tempfile.TemporaryDirectory() as folder:
        _callgrind(contestant, statements, layouts, folder)
        dumps = [Path(folder, f"out.{n + 1}") for n in range(4 * layouts * len(WORKLOADS))]
        totals = [found[1] for dump in dumps if (found := TOTAL.search(dump.read_text("utf-8")))]
    return per_statement([int(total) for total in totals], statements, len(WORKLOADS))


def _callgrind(contestant: str, statements: int, layouts: int, folder: str) -> None:
    # Addresses and hashes held still, and a name as long as any: the same history for everybody.
    steady = ["setarch", "-R"] if shutil.which("setarch") else []
    tool = ["valgrind", "--tool=callgrind", "-q", "--dump-before=getppid"]
    worker = [sys.executable, "-m", "benchmarks.counted", f"{contestant:<32}"]
    done = subprocess.run(
        [
            *steady,
            *tool,
            f"--callgrind-out-file={folder}/out",
            *worker,
            f"{statements}",
            f"{layouts}",
            *WORKLOADS,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{contestant!r} failed under callgrind:\n{done.stderr}")


def per_statement(totals: list[int], statements: int, workloads: int) -> list[list[int]]:
    """Take from four dumps a workload (set-up, N, between, 2 N) what one statement costs.

    The dumps are those of every workload, once more for each layout of memory; the figures are
    those of every layout, for each workload.
    """
    found = [
        round((twice - once) / statements)
        for once, twice in zip(totals[1::4], totals[3::4], strict=True)
    ]
    return [found[number::workloads] for number in range(workloads)]


def versions() -> dict[str, str]:
    """Name what the numbers depend on."""
    return {
        "python": platform.python_version(),
        "sqlalchemy": sqlalchemy.__version__,
        "machine": platform.machine(),
    }


def difference(counts: Counts, reference: Counts) -> tuple[list[str], bool]:
    """Compare what is added with what was; the second value tells whether any is too much more.

    Too much is over a tenth, and more than the layouts of memory move a figure by themselves.
    """
    lines = [f"{'contestant':<26}{'workload':<18}{'now':>9}{'stored':>9}{'change':>9}"]
    worse = False
    for name, found in counts.items():
        for workload, number in found.items():
            before = reference.get(name, {}).get(workload)
            shown = ("new", "") if before is None else (f"{before:,}", f"{number - before:+,}")
            if before is not None and name != "bare":
                worse = worse or number > max(before * TOLERANCE, before + NOISE)
            lines.append(f"{name:<26}{workload:<18}{number:>9,}{shown[0]:>9}{shown[1]:>9}")
    return lines, worse


def main() -> int:
    """Count, and compare or store; return 1 when something became much dearer."""
    options = _options()
    counts = count(options.contestants, options.statements, options.layouts)
    if options.store:
        document = {"versions": versions(), "counts": counts}
        REFERENCE.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", "utf-8")
    reference: dict[str, Any] = json.loads(REFERENCE.read_text("utf-8"))
    lines, worse = difference(counts, reference["counts"])
    print("instructions per statement: of bare the whole, of all others what they add\n")
    print("\n".join(lines))
    if reference["versions"] != versions():
        print(f"\nstored for {reference['versions']}, this is {versions()}: not judged")
        return 0
    return 1 if worse else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Count instructions per statement.")
    parser.add_argument("--store", action="store_true", help="store what is counted")
    parser.add_argument("--statements", type=int, default=STATEMENTS)
    parser.add_argument("--layouts", type=int, default=LAYOUTS, help="layouts of memory")
    parser.add_argument("contestants", nargs="*", default=list(CONTESTANTS))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
