"""One contestant under callgrind: marks where each run of each workload begins and ends.

The mark is a call of `getppid`, which nothing else here makes: callgrind writes a dump of what it
has counted so far whenever that function of the C library is entered.
"""

from __future__ import annotations

import gc
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING

import querywatch.watch  # noqa: F401 - see main
from benchmarks.contestants import CONTESTANTS
from benchmarks.workloads import IN_MEMORY, WORKLOADS, connect

if TYPE_CHECKING:
    from benchmarks.contestants import Installed
    from benchmarks.workloads import Work

WARM_UP = 60
POOL = ThreadPoolExecutor(1)
SHAKEN = "_querywatch_benchmark"


def main(contestant: str, statements: int, layouts: int, names: list[str]) -> None:
    """Run each workload for *statements* and for twice as many, in each of several layouts."""
    # How objects and names lie in memory decides how often a look-up collides, and moves an ORM
    # select by several percent. So every contestant has the same history up to here, bare with
    # querywatch loaded, and even its name is as long as the others'.
    engine = connect(IN_MEMORY)
    works = [WORKLOADS[name](engine) for name in names]
    for work in works:
        work()
    installed = CONTESTANTS[contestant.strip()](engine)
    for layout in range(layouts):
        _shake(layout)
        for work in works:
            _marked(work, installed, statements)


def _shake(layout: int) -> None:
    # A changed class is given another place in the interpreter's cache of attributes: this moves
    # the collisions in it, of which every single layout has others.
    kinds = [kind for kind in gc.get_objects() if isinstance(kind, type)]
    for kind in kinds:
        with suppress(TypeError):  # a class in C
            type.__setattr__(kind, SHAKEN, layout)


def _marked(work: Work, installed: Installed, statements: int) -> None:
    _run(work, installed, WARM_UP)
    gc.collect()
    # The collector's runs depend on all else that lives: they are no part of a statement.
    gc.disable()
    for length in (statements, 2 * statements):
        os.getppid()
        _run(work, installed, length)
        os.getppid()
    gc.enable()


def _run(work: Work, installed: Installed, statements: int) -> None:
    # On a pool's thread, as a framework runs an endpoint: the frames of this script are not
    # those of an application.
    with installed.unit():
        POOL.submit(copy_context().run, _endpoint, work, statements).result()


def _endpoint(work: Work, statements: int) -> None:
    for _ in range(statements):
        work()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
