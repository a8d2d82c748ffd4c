"""Bare and contestants by turns in one process under callgrind, each run between two marks.

The mark is a call of `getppid`, which nothing else here makes: callgrind writes a dump of what it
has counted so far whenever that function of the C library is entered. What ran between the marks
is printed, one line a run.
"""

from __future__ import annotations

import gc
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING

from sqlalchemy.engine import Dialect

import querywatch.watch  # noqa: F401 - bare shares its memory with the others, and so its layout
from benchmarks.contestants import CONTESTANTS, Installed
from benchmarks.workloads import IN_MEMORY, WORKLOADS, connect
from querywatch import capture

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from benchmarks.workloads import Work

# The interpreter adapts its code to what it meets: anew for all of it where the classes have
# moved, and for what looks at a dialect where the listeners have changed.
AFTER_A_SHAKE = 120
AFTER_A_SWITCH = 80
POOL = ThreadPoolExecutor(1)
SHAKEN = "_querywatch_benchmark"


def main(contestants: list[str], statements: int, layouts: int, turns: int) -> None:
    """Run each workload for *statements*, bare and with each contestant by turns."""
    engine = connect(IN_MEMORY)
    names = ["bare", *contestants]
    works = {name: WORKLOADS[name](engine) for name in sys.stdin.read().splitlines()}
    for work in works.values():
        work()
    for layout in range(layouts):
        _shake(layout)
        for workload, work in works.items():
            for name in names:
                _run(work, _switched_to(name, engine), AFTER_A_SHAKE, 0)
            for turn in range(turns):
                # Each comes first in its turn: whatever the one before leaves behind, it leaves
                # to all of them.
                first = turn % len(names)
                for name in names[first:] + names[:first]:
                    _run(work, _switched_to(name, engine), AFTER_A_SWITCH, statements)
                    print(f"{workload}\t{name}")


def _switched_to(name: str, engine: Engine) -> Installed:
    capture.detach()
    if name == "bare":
        # SQLAlchemy never takes this mark away, and looks for listeners as long as it is set.
        Dialect._has_events = False  # noqa: SLF001
    else:
        # Without the trial statement on an engine of its own.
        capture.attach("dialect")
    return CONTESTANTS[name](engine)


def _shake(layout: int) -> None:
    # A changed class is given another place in the interpreter's cache of attributes: this moves
    # the collisions in it, of which every single layout has others.
    kinds = [kind for kind in gc.get_objects() if isinstance(kind, type)]
    for kind in kinds:
        with suppress(TypeError):  # a class in C
            type.__setattr__(kind, SHAKEN, layout)


def _run(work: Work, installed: Installed, warm_up: int, statements: int) -> None:
    # On a pool's thread, as a framework runs an endpoint: the frames of this script are not
    # those of an application.
    with installed.unit():
        POOL.submit(copy_context().run, _endpoint, work, warm_up, statements).result()


def _endpoint(work: Work, warm_up: int, statements: int) -> None:
    # One loop for both: where a statement is run from is remembered, and two places are dearer.
    for number in range(warm_up + statements):
        if number == warm_up:
            gc.collect()
            # The collector's runs depend on all else that lives: they are no part of a statement.
            gc.disable()
            os.getppid()
        work()
    if statements:
        os.getppid()
        gc.enable()


if __name__ == "__main__":
    main(sys.argv[4:], *map(int, sys.argv[1:4]))
