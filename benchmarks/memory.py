"""Bytes that one recorded query keeps, while its recording is open and after it has ended."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.workloads import IN_MEMORY, WORKLOADS, connect
from querywatch import QueryWatch

if TYPE_CHECKING:
    from benchmarks.workloads import Work

LIMIT = 300
"""Bytes that a query may keep while its recording is open, on a 64-bit machine."""
MEASURED = ("core select", "orm select", "lazy load", "n+1")


@dataclass(frozen=True)
class Kept:
    """Bytes kept per query, `open` while it is recorded and `after` the sinks have run."""

    workload: str
    open: float
    after: float


def kept(workload: str, queries: int = 2_000) -> Kept:
    """Trace *queries* queries of *workload*; what bare SQLAlchemy keeps is taken off."""
    work = WORKLOADS[workload](connect(IN_MEMORY))
    per_call = _queries_of(work)
    calls = max(1, queries // per_call)
    _recorded(work, calls)  # memos of statements and places are made once, not per query
    tracemalloc.start()
    try:
        before = _traced()
        _repeat(work, calls)
        bare = _traced() - before
        while_open, after = _recorded(work, calls)
    finally:
        tracemalloc.stop()
    return Kept(workload, (while_open - bare) / (calls * per_call), after / (calls * per_call))


def _recorded(work: Work, calls: int) -> tuple[int, int]:
    before = _traced()
    watch = QueryWatch(sinks=[lambda report: report.findings])
    with watch.record("memory"):
        _repeat(work, calls)
        while_open = _traced() - before
    del watch
    return while_open, _traced() - before


def _repeat(work: Work, calls: int) -> None:
    for _ in range(calls):
        work()


def _traced() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0] if tracemalloc.is_tracing() else 0


def _queries_of(work: Work) -> int:
    with QueryWatch(detectors=()).record("one call") as recorder:
        work()
    return recorder.report.recording.query_count
