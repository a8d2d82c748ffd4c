"""Where the instructions of a recorded statement go: those of our functions, one by one.

`python -m benchmarks.breakdown` prints them. What SQLAlchemy needs to call the listener is not
among them; `benchmarks.instructions` counts all together.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from benchmarks.instructions import WORKLOADS, dumped

if TYPE_CHECKING:
    from collections.abc import Iterable

Parts: TypeAlias = dict[str, dict[str, int]]
"""Instructions per statement, function -> workload -> number, without those of functions below."""

STATEMENTS = 10
NAMES = {
    "hook": "the listener: clock, who else listens",
    "keep": "the record: statement, values, thread",
    "load": "what the ORM was doing",
    "frames": "frames of the application",
}


def breakdown() -> Parts:
    """Count each function of ours; RuntimeError without valgrind."""
    lines = dumped(["benchmarks.marked", f"{STATEMENTS}"], 0, WORKLOADS, each=1)
    return taken_apart([(*line.split("\t"), total) for line, total in lines])


def taken_apart(marks: Iterable[tuple[str, str, int]]) -> Parts:
    """Give what was counted up to each mark to the function that ran, less what marks cost.

    A mark costs something within the function and something around it: the function that does
    nothing tells the one, and the one around it the other.
    """
    own: Counter[tuple[str, str]] = Counter()
    calls: Counter[tuple[str, str]] = Counter()
    below: Counter[tuple[str, str]] = Counter()
    stack: list[tuple[str, str]] = []
    for workload, mark, total in marks:
        if stack:
            own[stack[-1]] += total
        if mark.startswith("-"):
            stack.pop()
            continue
        below.update(stack[-1:])
        stack.append((mark[1:], workload))
        calls[stack[-1]] += 1
    within = own["nothing", ""] / calls["nothing", ""]
    around = own["around nothing", ""] / calls["around nothing", ""] - within
    parts: Parts = {name: {} for name in NAMES}
    for name, workload in calls:
        if name in NAMES:
            key = (name, workload)
            marked = within * calls[key] + around * below[key]
            statements = calls["hook", workload]
            parts[name][workload] = round((own[key] - marked) / statements)
    return parts


if __name__ == "__main__":
    from benchmarks import tables

    print("\n".join(tables.parts(breakdown())))
