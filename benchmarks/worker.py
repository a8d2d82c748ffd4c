"""One contestant in a process of its own: reads workload and amount, answers with seconds.

A process each, because SQLAlchemy keeps a flag on dialects that once had a listener: bare would
not be bare again after a detach.
"""

from __future__ import annotations

import gc
import sys
from functools import partial
from time import perf_counter, process_time
from typing import TYPE_CHECKING, TypeAlias

from benchmarks.contestants import Installed
from benchmarks.places import READY
from benchmarks.workloads import WORKLOADS, calls_per_unit, connect, statements_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from benchmarks.contestants import Contestant
    from benchmarks.workloads import Work

    Measure: TypeAlias = Callable[[int], float]


class UnseenError(RuntimeError):
    """A contestant did not see the statements that ran."""


def main(contestant: str, url: str, names: list[str]) -> None:
    """Serve measurements until standard input ends, or tell why there can be none."""
    try:
        measures = _measures(contestant, url, names)
    except UnseenError as error:
        print(f"{contestant}: {error}", flush=True)
        return
    print(READY, flush=True)
    for line in sys.stdin:
        name, amount = line.rstrip().split("\t")
        gc.collect()
        print(*clocked(measures[name], int(amount)), flush=True)


def _measures(contestant: str, url: str, names: list[str]) -> dict[str, Measure]:
    if all(name in WORKLOADS for name in names):
        engine = connect(url)
        installed = _contestant(contestant)(engine)
        found = {name: statements(WORKLOADS[name](engine), installed, name) for name in names}
        amounts = {name: calls_per_unit(name) * statements_of(name) for name in names}
    else:
        from benchmarks import asgi  # noqa: PLC0415 - FastAPI has no business beside statements

        installed = Installed()

        def install(engine: Engine) -> Installed:
            nonlocal installed
            installed = _contestant(contestant)(engine)
            return installed

        found = asgi.measures(install, url, names)
        amounts = asgi.REQUESTS
    for name in names:
        tried(name, partial(found[name], calls_per_unit(name)), installed, amounts[name])
    return found


def _contestant(name: str) -> Contestant:
    from benchmarks.contestants import CONTESTANTS  # noqa: PLC0415
    from benchmarks.rivals import RIVALS  # noqa: PLC0415

    return CONTESTANTS.get(name) or RIVALS[name].install


def tried(name: str, unit: Callable[[], object], installed: Installed, amount: int) -> None:
    """Run *unit* and see that all of its statements were seen; UnseenError when they were not.

    Who sees nothing costs nothing, and has no place beside those who do their work.
    """
    if installed.seen is None:
        return
    unit()  # the first one also sets connections up
    installed.seen()
    unit()
    seen = installed.seen()
    if seen != amount:
        raise UnseenError(f"{name}: {seen} of {amount} statements were seen")


def clocked(measure: Measure, amount: int) -> tuple[float, float]:
    """Return the seconds by the wall's clock and those of the processor, of all our threads."""
    spent = process_time()
    wall = measure(amount)
    return wall, process_time() - spent


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
