"""The calls that a test makes into the application: what one repeats is no loop of another.

A test looks up three things in a row, or makes ten rows by a function of the application. Each
call is sound; only what happens within one of them says something about the application.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from querywatch.analysis import settled
from querywatch.capture import orm
from querywatch.model import Report
from querywatch.resolve import is_write
from querywatch.watch.loops import loops_in
from querywatch.watch.parts import merged, renumbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from querywatch.analysis import Detector
    from querywatch.model import Query, Recording

    IsOutside = Callable[[str], bool]
    Analyze = Callable[[Recording, Sequence[Detector]], Report]

_LOADS: Final = frozenset({orm.LAZY, orm.COLUMN, orm.EAGER})


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
    report = analyzed(whole, [one for one in detectors if one not in by_call])
    found, allowed = [*report.findings], [*report.allowed]
    for numbers in calls:
        statements = {whole.queries[number].statement for number in numbers}
        if len(statements) < len(numbers):
            queries = tuple(_queries_of(numbers, whole))
            report = analyzed(replace(whole, queries=queries), by_call)
            found += renumbered(report.findings, numbers)
            allowed += renumbered(report.allowed, numbers)
    kept = settled([*merged(found), *allowed])
    return Report(
        whole,
        tuple(finding for finding in kept if finding not in allowed),
        tuple(finding for finding in kept if finding in allowed),
    )


def calls_of(raws: Sequence[tuple[Any, ...]], is_outside: IsOutside) -> list[list[int]]:
    """List the records of each call by number, and those of what runs beside, until one writes."""
    beside: list[int] = []
    call: list[int] = []
    calls = [beside]
    caller: object = None
    seen: set[tuple[str, tuple[int, ...]]] = set()
    has_written = False
    # Of a loop all records have the same frames.
    ways: dict[int, _Way] = {}
    for number, raw in enumerate(raws):
        way = ways.get(id(raw[5])) or ways.setdefault(id(raw[5]), _Way(raw[5], is_outside))
        if not way.enters:
            if has_written:
                beside, has_written = [], False
                calls.append(beside)
            beside.append(number)
            # Where no caller is known it may be a task of the same call.
            caller = None if way.caller else caller
            continue
        step = (raw[0].sql, way.inside)
        # What was loaded for objects is told by the objects, wherever they went.
        comes_back = step in seen and (raw[3] is None or raw[3][0] not in _LOADS)
        if way.caller != caller or (comes_back and way.may_call_again):
            caller, call = way.caller, []
            seen.clear()
            calls.append(call)
        call.append(number)
        seen.add(step)
        has_written = has_written or is_write(raw)
    return [numbers for numbers in calls if numbers]


class _Way:
    """The way from test code to a statement: where it was called, and the frames from there on.

    Both as ids, for hashing a code object reads all of it; the records keep them alive.
    """

    def __init__(self, frames: tuple[Any, ...], is_outside: IsOutside) -> None:
        pairs = range(0, len(frames), 2)
        outside = (at for at in pairs if frames[at] and is_outside(frames[at].co_filename))
        cut = next(outside, len(frames))
        self._frames = frames[:cut], frames[cut:]
        self.inside, self.caller = map(_ids, self._frames)
        self.enters = bool(self.inside and self.caller)

    @cached_property
    def may_call_again(self) -> bool:
        """Whether only the caller is in a loop: then what comes back is another call."""
        inside, outside = self._frames
        return _loops(outside) and not _loops(inside)


def _ids(frames: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(part if isinstance(part, int) else id(part) for part in frames)


def _loops(frames: tuple[Any, ...]) -> bool:
    pairs = zip(frames[::2], frames[1::2], strict=True)
    return any(
        first <= instruction <= last
        for code, instruction in pairs
        for first, last in loops_in(code)
    )


def _queries_of(numbers: Sequence[int], whole: Recording) -> Iterator[Query]:
    new = {number: position for position, number in enumerate(numbers)}
    for number in numbers:
        query = whole.queries[number]
        parent = None if query.parent is None else new.get(query.parent)
        yield query._replace(number=new[number], parent=parent)
