"""Loops are told from straight lines by what jumps back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from querywatch.watch.calls import loops_in


def _places() -> list[tuple[Any, int]]:
    """Note where the functions below stand when they call this."""
    frame = sys._getframe(1)
    return [(frame.f_code, frame.f_lasti)]


def for_loop() -> list[tuple[Any, int]]:
    """Loop over a range."""
    found = []
    for _ in range(1):
        found += _places()
    return found


def while_loop() -> list[tuple[Any, int]]:
    """Loop until something is found."""
    found: list[tuple[Any, int]] = []
    while not found:
        found += _places()
    return found


def comprehension() -> list[tuple[Any, int]]:
    """Loop in an expression."""
    return [place for _ in range(1) for place in _places()]


async def _once() -> AsyncIterator[int]:
    yield 1


async def async_loop() -> list[tuple[Any, int]]:
    """Loop over what arrives."""
    found = []
    async for _ in _once():
        found += _places()
    return found


def straight() -> list[tuple[Any, int]]:
    """Call behind a loop that is over, and in a block that may fail."""
    for _ in range(1):
        pass
    try:
        return _places()
    finally:
        pass


def iterated() -> list[tuple[Any, int]]:
    """Call for what a loop goes through, which is once."""
    found = []
    for place in _places():
        found += [place]
    return found


async def awaited() -> list[tuple[Any, int]]:
    """Await, which jumps back until the other is done."""

    async def place() -> list[tuple[Any, int]]:
        await asyncio.sleep(0)
        return _places()

    return await place()


def _noted(function: Callable[[], Any]) -> tuple[Any, int]:
    found = function()
    if isinstance(found, Awaitable):

        async def main() -> Any:
            return await found

        found = asyncio.run(main())
    place: tuple[Any, int] = found[0]
    return place


def _is_in_loop(function: Callable[[], Any]) -> bool:
    code, instruction = _noted(function)
    return any(first <= instruction <= last for first, last in loops_in(code))


@pytest.mark.parametrize("function", [for_loop, while_loop, comprehension, async_loop])
def test_a_line_in_a_loop_is_told(function: Callable[[], Any]) -> None:
    """Whichever kind of loop it is."""
    assert _is_in_loop(function)


@pytest.mark.parametrize("function", [straight, iterated, awaited])
def test_a_line_in_none_is_told_too(function: Callable[[], Any]) -> None:
    """Before a loop, behind it, and where an await waits."""
    assert not _is_in_loop(function)
