"""Instructions per statement are differences, and are compared with what is stored."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from benchmarks.instructions import WORKLOADS, difference, per_statement, summed_up
from benchmarks.places import REFERENCE, ROOT


def test_what_a_run_costs_by_itself_cancels() -> None:
    """Start-up of 900 and 5 a statement: the dumps between the runs do not count either."""
    totals = [123, 900 + 500, 77, 900 + 1000, 456, 900 + 700, 77, 900 + 1400]

    assert per_statement(totals, 100, 2) == [[5], [7]]


def test_each_layout_has_its_own_figure() -> None:
    """One workload at 5 in one layout of memory and at 7 in another."""
    totals = [123, 900 + 500, 77, 900 + 1000, 456, 900 + 700, 77, 900 + 1400]

    assert per_statement(totals, 100, 1) == [[5, 7]]


def test_the_median_is_taken_over_differences_within_one_layout() -> None:
    """A layout that is dear for bare is dear for the contestant too, and cancels."""
    bare = [[100, 900, 200]] * len(WORKLOADS)
    idle = [[104, 905, 206]] * len(WORKLOADS)

    counts = summed_up({"bare": bare, "idle": idle})

    assert set(counts["bare"].values()) == {200}
    assert set(counts["idle"].values()) == {5}


def test_what_became_a_tenth_dearer_is_worse() -> None:
    """From 100,000 to 110,001 is over a tenth, and more than the noise."""
    lines, worse = difference(
        {"bare": {"orm select": 9}, "recording": {"orm select": 110_001}},
        {"bare": {"orm select": 9}, "recording": {"orm select": 100_000}},
    )

    assert worse
    assert lines[-1].split()[-3:] == ["110,001", "100,000", "+10,001"]


def test_what_stayed_within_a_tenth_is_not_worse() -> None:
    """A tenth more, a dearer bare, and what was never stored are no reason to object."""
    lines, worse = difference(
        {"bare": {"orm select": 99_999}, "recording": {"orm select": 110_000, "lazy load": 7}},
        {"bare": {"orm select": 9}, "recording": {"orm select": 100_000}},
    )

    assert not worse
    assert lines[-1].endswith("new         ")


def test_noise_around_nothing_is_not_worse() -> None:
    """What is added while idle is smaller than what the layout of memory moves it by."""
    _, worse = difference(
        {"bare": {"orm select": 9}, "idle": {"orm select": 3_000}},
        {"bare": {"orm select": 9}, "idle": {"orm select": -900}},
    )

    assert not worse


def test_the_stored_reference_names_what_it_was_counted_with() -> None:
    """Figures of another interpreter must be told apart."""
    document = json.loads(REFERENCE.read_text("utf-8"))

    assert set(document["versions"]) == {"machine", "python", "sqlalchemy"}
    assert set(document["counts"]) >= {"bare", "idle", "recording"}


def test_what_callgrind_runs_runs_without_it_too() -> None:
    """The process does its work and ends well, whoever counts."""
    command = [sys.executable, "-m", "benchmarks.counted", "recording   ", "2", "2", *WORKLOADS]

    done = subprocess.run(command, cwd=ROOT, env={**os.environ}, check=False)

    assert done.returncode == 0
