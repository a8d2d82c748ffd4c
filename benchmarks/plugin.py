"""What the pytest plugin costs: when it is installed and unused, and on a suite of 300 tests.

Installed means as pip does it, found by its entry point, in an environment of pytest alone: not
even SQLAlchemy is there to be imported.

Runs with the plugin and runs without it alternate in changing order, and each is compared to
the one beside it. Printed are the median and the quartiles over the rounds, of wall time and of
processor time; the exit code tells whether both medians of wall time are within their limits.
On a busy machine only the processor time means anything.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Final

import pytest

from tests.suite.bookshop_suite import Suite
from tests.suite.project import ROOT, environment

START_UP_LIMIT: Final = 0.010
"""Seconds that pytest may start later because the plugin is installed."""

SUITE_LIMIT: Final = 1.05
"""How much longer the suite may take, as a ratio."""

PYTEST: Final = ("pytest", "iniconfig", "packaging", "pluggy", "pygments")
"""The distributions that pytest itself needs."""


@dataclass(frozen=True)
class Spread:
    """A median and its quartiles."""

    low: float
    middle: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """Sum *values* up; one value is its own spread."""
        if len(values) == 1:
            return cls(values[0], values[0], values[0])
        low, _, high = quantiles(values, n=4)
        return cls(low, median(values), high)


@dataclass(frozen=True)
class Cost:
    """What one run took, in seconds."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Way:
    """One way to run pytest: what Python is told, what pytest is, and where modules are."""

    python: tuple[str, ...] = ()
    pytest: tuple[str, ...] = ()
    modules: tuple[Path, ...] = ()

    def cost(self, folder: Path) -> Cost:
        """Run pytest once in *folder* and return what it took."""
        command = [sys.executable, *self.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        started, spent = perf_counter(), _processor_seconds()
        run = subprocess.run(
            [*command, *self.pytest],
            cwd=folder,
            env=self._environment(folder),
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != pytest.ExitCode.OK:
            raise SystemExit(f"pytest ended with {run.returncode}:\n{run.stdout}{run.stderr}")
        return Cost(perf_counter() - started, _processor_seconds() - spent)

    def _environment(self, folder: Path) -> dict[str, str]:
        # Whoever installs a package has it compiled; the first round, which does not count, does.
        given = environment() | {"PYTHONPYCACHEPREFIX": str(folder.parent / "compiled")}
        given.pop("PYTHONDONTWRITEBYTECODE", None)
        if self.modules:
            # Plugins are found by their entry points then.
            given.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
            given["PYTHONPATH"] = os.pathsep.join(map(str, self.modules))
        return given


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def pairs(folder: Path, rounds: int, without: Way, within: Way) -> list[tuple[Cost, Cost]]:
    """Run *without* and *within* side by side, after one round that warms the files up."""
    found: list[tuple[Cost, Cost]] = []
    for _ in range(rounds + 1):
        costs = {way: way.cost(folder) for way in random.sample([without, within], 2)}
        found.append((costs[without], costs[within]))
    return found[1:]


def start_up(folder: Path, rounds: int) -> tuple[Spread, Spread]:
    """Measure how much later pytest ends where the plugin is installed and unused."""
    (folder / "test_nothing.py").write_text("def test_nothing():\n    pass\n")
    (folder / "pytest.ini").write_text("[pytest]\n")
    runner, ours = _pytest_alone(folder.parent / "runner"), _installed(folder.parent / "ours")
    # No other package of this environment takes part.
    alone = ("-S",)
    found = pairs(folder, rounds, Way(alone, modules=(runner,)), Way(alone, modules=(runner, ours)))
    return (
        Spread.of([within.wall - without.wall for without, within in found]),
        Spread.of([within.processor - without.processor for without, within in found]),
    )


def _pytest_alone(folder: Path) -> Path:
    for name in PYTEST:
        for file in files(name) or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read_binary())
    return folder


def _installed(folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    ours = ["--no-deps", "--no-index", "--no-build-isolation", str(ROOT)]
    subprocess.run([*pip, "--target", str(folder), *ours], check=True)
    return folder


def suite(folder: Path, rounds: int) -> tuple[Spread, Spread]:
    """Measure how much longer the suite takes when every test is watched, as a ratio."""
    Suite(folder).write()
    needed = ("-p", "anyio", "-p", "querywatch.pytest_plugin")
    ways = [Way(pytest=(*needed, f"--querywatch={mode}")) for mode in ("off", "report")]
    found = pairs(folder, rounds, *ways)
    return (
        Spread.of([within.wall / without.wall for without, within in found]),
        Spread.of([within.processor / without.processor for without, within in found]),
    )


def main() -> int:
    """Measure, print both lines, and return 1 when a limit is exceeded."""
    options = _options()
    print(f"Python {platform.python_version()}, pytest {pytest.__version__}")
    with tempfile.TemporaryDirectory() as folder:
        idle = start_up(_below(folder, "idle"), options.start_ups)
        _show("start-up, unused", idle, 1e3, START_UP_LIMIT, " ms")
        watched = suite(_below(folder, "suite"), options.rounds)
        _show("suite of 300, watched", watched, 1, SUITE_LIMIT, "x")
    return int(idle[0].middle > START_UP_LIMIT or watched[0].middle > SUITE_LIMIT)


def _below(folder: str, name: str) -> Path:
    path = Path(folder) / name
    path.mkdir()
    return path


def _show(name: str, found: tuple[Spread, Spread], unit: float, limit: float, sign: str) -> None:
    for what, spread in zip(("wall", "processor"), found, strict=True):
        low, middle, high = (value * unit for value in (spread.low, spread.middle, spread.high))
        verdict = "EXCEEDED" if spread.middle > limit else "ok"
        quartiles = f"{low:.3f}-{high:.3f}"
        line = f"{name:<24}{what:<10}{middle:>8.3f}{sign:<3}  {quartiles:<18}"
        print(f"{line}limit {limit * unit:g}{sign}  {verdict}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start-ups", type=int, default=40, help="pairs of runs of one test")
    parser.add_argument("--rounds", type=int, default=10, help="pairs of runs of the suite")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
