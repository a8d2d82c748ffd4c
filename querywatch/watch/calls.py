"""The calls that a test makes into the application: what one repeats is no loop of another.

A test looks up three things in a row, or makes ten rows by a function of the application. Each
call is sound; only what happens within one of them says something about the application.
"""

from __future__ import annotations

import dis
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from querywatch.analysis import settled
from querywatch.model import Report
from querywatch.resolve import is_write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import CodeType

    from querywatch.analysis import Detector
    from querywatch.model import Finding, Query, Recording

    IsOutside = Callable[[str], bool]
    Analyze = Callable[[Recording, Sequence[Detector]], Report]


def judged_by_call(
    whole: Recording,
    raws: Sequence[tuple[Any, ...]],
    is_outside: IsOutside,
    analyzed: Analyze,
    detectors: Sequence[Detector],
) -> Report:
    """Judge *whole*, made of *raws*, and what some detectors object to call by call.

    *is_outside* tells the files that call the application from those it is made of.
    """
    calls = calls_of(raws, is_outside)
    if len(calls) == 1:
        return analyzed(whole, detectors)
    by_call = [one for one in detectors if getattr(one, "by_call", False)]
    reports = [analyzed(whole, [one for one in detectors if one not in by_call])]
    for numbers in calls:
        if len(numbers) > 1:
            queries = tuple(_renumbered(numbers, whole))
            reports.append(_moved(analyzed(replace(whole, queries=queries), by_call), numbers))
    allowed = [finding for report in reports for finding in report.allowed]
    found = settled([*(one for report in reports for one in report.findings), *allowed])
    return Report(
        whole,
        tuple(finding for finding in found if finding not in allowed),
        tuple(finding for finding in found if finding in allowed),
    )


def calls_of(raws: Sequence[tuple[Any, ...]], is_outside: IsOutside) -> list[list[int]]:
    """List the records of each call by number, and those of what runs beside, until one writes."""
    beside: list[int] = []
    call: list[int] = []
    calls = [beside]
    place: Any = None
    seen: set[Any] = set()
    has_written = False
    for number, raw in enumerate(raws):
        inside, outside = _cut(raw[5], is_outside)
        if not inside or not outside:
            if has_written:
                beside, has_written = [], False
                calls.append(beside)
            beside.append(number)
            # Where no caller is known it may be a task of the same call.
            place = None if outside else place
            continue
        caller, step = _key(outside), (raw[0].sql, _key(inside))
        again = step in seen and _loops(outside) and not _loops(inside)
        if caller != place or again:
            place, seen, call = caller, set(), []
            calls.append(call)
        call.append(number)
        seen.add(step)
        has_written = has_written or is_write(raw)
    return [numbers for numbers in calls if numbers]


def _cut(frames: tuple[Any, ...], is_outside: IsOutside) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    for at in range(0, len(frames), 2):
        if frames[at] is not None and is_outside(frames[at].co_filename):
            return frames[:at], frames[at:]
    return frames, ()


def _key(frames: tuple[Any, ...]) -> tuple[int, ...]:
    # By id: hashing a code object reads all of it, and the records keep it alive.
    return tuple(part if isinstance(part, int) else id(part) for part in frames)


def _loops(frames: tuple[Any, ...]) -> bool:
    pairs = zip(frames[::2], frames[1::2], strict=True)
    return any(
        first <= instruction <= last
        for code, instruction in pairs
        for first, last in loops_in(code)
    )


@lru_cache(maxsize=1024)
def loops_in(code: CodeType) -> tuple[tuple[int, int], ...]:
    """Return where each loop of *code* begins and ends: it jumps back, as an `await` does too."""
    return tuple(
        (one.argval, one.offset)
        for one in dis.get_instructions(code)
        if "JUMP_BACKWARD" in one.opname and "NO_INTERRUPT" not in one.opname
    )


def _renumbered(numbers: Sequence[int], whole: Recording) -> Iterator[Query]:
    new = {number: position for position, number in enumerate(numbers)}
    for number in numbers:
        query = whole.queries[number]
        parent = None if query.parent is None else new.get(query.parent)
        yield query._replace(number=new[number], parent=parent)


def _moved(report: Report, numbers: Sequence[int]) -> Report:
    def moved(found: Sequence[Finding]) -> tuple[Finding, ...]:
        return tuple(
            replace(one, evidence=tuple(numbers[number] for number in one.evidence))
            for one in found
        )

    return Report(report.recording, moved(report.findings), moved(report.allowed))
