"""The first number: bare, idle and recording in turns, in one process."""

from __future__ import annotations

from benchmarks.overhead import MEASURED, overhead
from benchmarks.workloads import IN_MEMORY
from querywatch import capture


def test_each_workload_is_measured_idle_and_recording() -> None:
    """Two rows for each, with a ratio to bare, and limits where some were promised."""
    rows = list(overhead("sqlite", IN_MEMORY, turns=2, statements=5))

    assert [(row.workload, row.contestant) for row in rows] == [
        (workload, contestant) for workload in MEASURED for contestant in ("idle", "recording")
    ]
    assert all(row.ratio.middle > 0 for row in rows)
    assert {row.workload for row in rows if row.limit is None} == {"lazy load"}


def test_nothing_is_left_open() -> None:
    """The recording of each turn has ended when it is over."""
    list(overhead("sqlite", IN_MEMORY, turns=1, statements=1))

    assert not capture.state.units
