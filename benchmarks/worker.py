"""One contestant in a process of its own: reads workload and amount, answers with seconds.

A process each, because SQLAlchemy keeps a flag on dialects that once had a listener: bare would
not be bare again after a detach.
"""

from __future__ import annotations

import gc
import sys
from time import perf_counter
from typing import TYPE_CHECKING, TypeAlias

from benchmarks.workloads import WORKLOADS, calls_per_unit, connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.contestants import Contestant, Installed
    from benchmarks.workloads import Work

    Measure: TypeAlias = Callable[[int], float]


def main(contestant: str, url: str, names: list[str]) -> None:
    """Serve measurements until standard input ends."""
    measures = _measures(contestant, url, names)
    print("ready", flush=True)
    for line in sys.stdin:
        name, amount = line.rstrip().split("\t")
        gc.collect()
        print(measures[name](int(amount)), flush=True)


def _measures(contestant: str, url: str, names: list[str]) -> dict[str, Measure]:
    if all(name in WORKLOADS for name in names):
        engine = connect(url)
        installed = _contestant(contestant)(engine)
        return {name: statements(WORKLOADS[name](engine), installed, name) for name in names}
    from benchmarks import asgi  # noqa: PLC0415 - FastAPI has no business beside statements

    return asgi.measures(_contestant(contestant), url, names)


def _contestant(name: str) -> Contestant:
    from benchmarks.contestants import CONTESTANTS  # noqa: PLC0415
    from benchmarks.rivals import RIVALS  # noqa: PLC0415

    return CONTESTANTS.get(name) or RIVALS[name].install


def statements(work: Work, installed: Installed, name: str) -> Measure:
    """Return what measures *work*, some calls to each unit of work."""
    calls = calls_per_unit(name)

    def measure(amount: int) -> float:
        started = perf_counter()
        for _ in range(max(1, amount // calls)):
            with installed.unit():
                for _ in range(calls):
                    work()
        return perf_counter() - started

    return measure


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
