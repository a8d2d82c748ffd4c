"""`make bench` and `make bench-full`: measure everything and write docs/performance.md.

The exit code tells whether every ratio and every cost is within its limit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks import breakdown, instructions, overhead, page, sinks, stored, tables
from benchmarks.costs import costs
from benchmarks.courses import Effort, beside, beside_a_rival, own, postgresql_filled, rows_of
from benchmarks.load import load
from benchmarks.memory import MEASURED, kept
from benchmarks.places import PAGE, PICTURE, REFERENCE, RESULTS, SOAKED
from benchmarks.results import Results
from benchmarks.rivals import RIVALS
from benchmarks.venvs import python_for, versions_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figures import Row


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write the page, and return 1 when a limit is exceeded."""
    options = _options().parse_args(arguments)
    if options.source:
        results = stored.load(options.source)
    else:
        results = _measured(options)
        stored.save(results, RESULTS)
    if not options.no_page:
        page.write(results, PAGE, PICTURE)
    for exceeded in results.exceeded:
        print(f"EXCEEDED {exceeded}")
    return 1 if results.exceeded else 0


def _measured(options: argparse.Namespace) -> Results:
    started = perf_counter()
    effort = Effort(1, 2, 0.005) if options.quick else Effort()
    results = Results(quick=options.quick)
    print(", ".join(f"{name} {number}" for name, number in results.versions.items()))
    with postgresql_filled(options.postgresql) as postgresql:
        for course in own(effort, postgresql):
            results.rows += _shown(list(rows_of(course)))
        if not options.quick:
            _whole(results, postgresql)
        if SOAKED.exists():
            results.soak = json.loads(SOAKED.read_text("utf-8"))
        for name in options.rivals or (RIVALS if options.full else ()):
            # What was measured so far outlives whatever stops this run.
            stored.save(results, RESULTS)
            _rival(results, name, beside_a_rival(effort), postgresql)
    results.took = perf_counter() - started
    print(f"\ntook {results.took / 60:.1f} minutes")
    return results


def _whole(results: Results, postgresql: str | None) -> None:
    results.turns = overhead.measured(postgresql)
    results.served = load()
    results.costs = costs()
    results.kept = [kept(workload) for workload in MEASURED]
    results.sinks = sinks.measure()
    try:
        results.counts = instructions.medians(instructions.count())
        results.parts = breakdown.breakdown()
    except RuntimeError as error:
        print(f"instructions are those stored before: {error}")
        results.counts = json.loads(REFERENCE.read_text("utf-8"))["counts"]
    for _, lines in page.sections(results):
        print("\n".join(["", *lines]))


def _rival(results: Results, name: str, effort: Effort, postgresql: str | None) -> None:
    rival = RIVALS[name]
    try:
        python = python_for(name, rival)
    except subprocess.CalledProcessError as error:
        results.left_out[name] = f"cannot be installed: {error}"
        print(f"\n{name} is left out: {results.left_out[name]}")
        return
    found = versions_in(python, rival.requirements[0], "sqlalchemy")
    results.rival_versions[name] = ", ".join(f"{key} {number}" for key, number in found.items())
    print(f"\n{results.rival_versions[name]}", flush=True)
    rows: list[Row] = []
    for course in beside(name, python, effort, postgresql):
        try:
            rows += rows_of(course)
        except RuntimeError as error:
            where = f"{name}, {course.database}, from {course.workloads[0]}"
            results.left_out[where] = str(error)
            print(f"\n{where} is left out: {error}")
    results.rivals[name] = rows
    print("\n".join(tables.beside(rows)), flush=True)


def _shown(rows: list[Row]) -> list[Row]:
    print("\n".join(["", *tables.ratios(rows)]), flush=True)
    return rows


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure what watching costs.")
    parser.add_argument("--full", action="store_true", help="measure every rival too")
    parser.add_argument("--rivals", nargs="+", choices=RIVALS, help="measure these rivals too")
    parser.add_argument("--quick", action="store_true", help="ratios alone, and rough ones")
    parser.add_argument("--no-page", action="store_true", help="leave docs/performance.md alone")
    parser.add_argument(
        "--from",
        dest="source",
        metavar="FILE",
        type=Path,
        help="write the page anew from what a run stored in build/bench/results.json",
    )
    parser.add_argument("--postgresql", metavar="URL", help="measure on this server")
    return parser


if __name__ == "__main__":
    sys.exit(main())
