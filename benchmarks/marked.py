"""A recording under callgrind with a mark where each function of ours begins and ends.

The mark is a call of `getppid`, as in `counted`; what begins ("+") or ends ("-") there is printed,
one line a mark.
"""

from __future__ import annotations

import gc
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from benchmarks.workloads import IN_MEMORY, WORKLOADS, connect
from querywatch import capture
from querywatch.capture import hooks, orm, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.workloads import Work

OURS = {
    "keep": (hooks, "keep"),
    "load": (orm, "load_of"),
    "frames": (record, "application_frames"),
}
WARM_UP = 120
_log: list[str] = []
_mark = [os.getpid]
"""While warming up, a function that costs as much and makes no dump."""


def main(statements: int) -> None:
    """Run each workload for *statements*, after as many calls of a function that does nothing."""
    engine = connect(IN_MEMORY)
    dialect: Any = engine.dialect
    dialect.do_execute = marked("driver", dialect.do_execute)
    for name, (room, function) in OURS.items():
        setattr(room, function, marked(name, getattr(room, function)))
    first, *others = hooks._EVENTS  # noqa: SLF001 - it is put in place by name
    hooks._EVENTS = ((first[0], marked("hook", first[1])), *others)  # noqa: SLF001
    capture.attach("dialect")
    nothing = marked("around nothing", marked("nothing", lambda *_: None))
    works = {name: WORKLOADS[name](engine) for name in sys.stdin.read().splitlines()}
    with ThreadPoolExecutor(1) as pool:
        for name, work in {"": lambda: nothing(1, 2, 3), **works}.items():
            opened = capture.begin(limit=1_000_000)
            pool.submit(copy_context().run, _endpoint, work, statements).result()
            capture.end(opened)
            print("".join(f"{name}\t{line}\n" for line in _log), end="")


def marked(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Let *function* mark where it begins and ends."""
    begins, ends = f"+{name}", f"-{name}"

    def wrapper(*arguments: Any) -> Any:
        _log.append(begins)
        _mark[0]()
        try:
            return function(*arguments)
        finally:
            _mark[0]()
            _log.append(ends)

    # Its frames are nobody's: a walk must not take them for the application's.
    wrapper.__code__ = wrapper.__code__.replace(co_filename="<marks>")
    return wrapper


def _endpoint(work: Work, statements: int) -> None:
    # One loop for both, as in `counted`.
    for number in range(WARM_UP + statements):
        if number == WARM_UP:
            gc.collect()
            gc.disable()
            _log.clear()
            _mark[0] = os.getppid
        work()
    _mark[0] = os.getpid
    gc.enable()


if __name__ == "__main__":
    main(int(sys.argv[1]))
