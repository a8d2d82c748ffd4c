"""Instructions per statement are differences, and are compared with what is stored."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from benchmarks import tables
from benchmarks.breakdown import taken_apart
from benchmarks.figures import Spread
from benchmarks.instructions import COUNTABLE, difference, medians, summed_up
from benchmarks.places import REFERENCE, ROOT


def _all(number: float) -> Spread:
    """Make a figure whose quartiles are its median."""
    return Spread(number, number, number)


def test_the_median_is_taken_over_differences_within_one_turn() -> None:
    """A turn that is dear for bare is dear for the contestant too, and cancels."""
    runs = [
        ("orm select", "bare", 100.0),
        ("orm select", "idle", 104.0),
        ("orm select", "idle", 905.0),
        ("orm select", "bare", 900.0),
        ("orm select", "bare", 200.0),
        ("orm select", "idle", 206.0),
    ]

    assert medians(summed_up(runs)) == {"bare": {"orm select": 200}, "idle": {"orm select": 5}}


def test_each_workload_has_its_own_figure() -> None:
    """One at 5 and one at 7."""
    runs = [(name, "bare", number) for name, number in (("core select", 5.0), ("lazy load", 7.0))]

    assert medians(summed_up(runs)) == {"bare": {"core select": 5, "lazy load": 7}}


def test_marks_and_functions_below_are_not_counted_for_a_function() -> None:
    """Of 130 in the hook, 100 are its own: 10 within its marks, 20 around those of keep."""
    marks = [
        ("", "+around nothing", 999),
        ("", "+nothing", 15),
        ("", "-nothing", 10),
        ("", "-around nothing", 15),
        ("core select", "+hook", 999),
        ("core select", "+keep", 70),
        ("core select", "-keep", 50),
        ("core select", "-hook", 60),
    ]

    parts = taken_apart(marks)

    assert parts["hook"] == {"core select": 100}
    assert parts["keep"] == {"core select": 40}
    assert parts["load"] == {}


def test_what_became_a_tenth_dearer_is_worse() -> None:
    """From 100,000 to 110,001 is over a tenth, and more than the noise."""
    lines, worse = difference(
        {"bare": {"orm select": _all(9)}, "recording": {"orm select": _all(110_001)}},
        {"bare": {"orm select": 9}, "recording": {"orm select": 100_000}},
    )

    assert worse
    assert lines[-1].split()[3:7] == ["110,001", "110,001-110,001", "100,000", "+10,001"]
    assert lines[-1].endswith("20,000 EXCEEDED")


def test_what_stayed_within_a_tenth_is_not_worse() -> None:
    """A tenth more, a dearer bare, and what was never stored are no reason to object."""
    lines, worse = difference(
        {
            "bare": {"orm select": _all(99_999)},
            "recording": {"orm select": _all(110_000), "lazy load": _all(7)},
        },
        {"bare": {"orm select": 9}, "recording": {"orm select": 100_000}},
    )

    assert not worse
    assert lines[-1].split()[-3:] == ["new", "20,000", "ok"]


def test_noise_around_nothing_is_not_worse() -> None:
    """What is added while idle is smaller than what the layout of memory moves it by."""
    _, worse = difference(
        {"bare": {"orm select": _all(9)}, "idle": {"orm select": _all(1_500)}},
        {"bare": {"orm select": 9}, "idle": {"orm select": -900}},
    )

    assert not worse


def test_the_stored_reference_names_what_it_was_counted_with() -> None:
    """Figures of another interpreter must be told apart."""
    document = json.loads(REFERENCE.read_text("utf-8"))

    assert set(document["versions"]) == {"machine", "python", "sqlalchemy"}
    assert set(document["counts"]) >= {"bare", "idle", "recording"}


def test_what_callgrind_runs_runs_without_it_too() -> None:
    """Bare and all that can be counted, by turns, each told when it has run."""
    done = _run("benchmarks.counted", "2", "1", "2", *COUNTABLE)

    runs = done.splitlines()
    assert len(runs) == 2 * (1 + len(COUNTABLE))
    assert runs[0] == "orm select\tbare"
    assert runs[5] == f"orm select\t{COUNTABLE[0]}"


def test_marks_stand_around_each_function_of_ours() -> None:
    """The walk over the frames is within the record, and that within the listener."""
    marks = _run("benchmarks.marked", "1").splitlines()

    ours = [mark.split("\t")[1] for mark in marks if mark.startswith("orm select")]
    assert ours[:3] == ["+hook", "+driver", "-driver"]
    assert ours[3:] == ["+keep", "+load", "-load", "+frames", "-frames", "-keep", "-hook"]


def _run(module: str, *arguments: str) -> str:
    """Run a worker on one workload, with nobody counting."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ},
        input="orm select",
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_breakdown_is_a_table_with_a_sum() -> None:
    """One row for each function, nothing where a workload never calls it."""
    lines = tables.parts({"keep": {"core select": 5_000, "orm select": 6_000}, "load": {}})

    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    assert rows[-2] == ["what the ORM was doing", "0", "0"]
    assert rows[-1] == ["together", "5,000", "6,000"]
