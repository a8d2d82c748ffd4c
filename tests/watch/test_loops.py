"""Loops are told from straight lines by what jumps back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from querywatch.watch.loops import loops_in


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


def tried() -> list[tuple[Any, int]]:
    """Call behind what may fail."""
    try:
        int("1")
    except ValueError:
        pass
    except TypeError:
        return []
    return _places()


def tried_again() -> list[tuple[Any, int]]:
    """Call until it does not fail."""
    while True:
        try:
            return _places()
        except ValueError:
            continue


def tried_in_a_loop() -> list[tuple[Any, int]]:
    """Loop over what may fail."""
    found = []
    for _ in range(1):
        try:
            found += _places()
        except ValueError:
            continue
    return found


def loop_with_a_block() -> list[tuple[Any, int]]:
    """Loop in a block and open another in it."""
    found = []
    with suppress(ValueError):
        for _ in range(1):
            with suppress(TypeError):
                found += _places()
    return found


async def awaited_in_a_loop() -> list[tuple[Any, int]]:
    """Await in a loop."""

    async def place() -> list[tuple[Any, int]]:
        return _places()

    found = []
    for _ in range(1):
        await asyncio.sleep(0)
        found += _places()
        await place()
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


@pytest.mark.parametrize(
    "function",
    [
        for_loop,
        while_loop,
        comprehension,
        async_loop,
        tried_in_a_loop,
        loop_with_a_block,
        awaited_in_a_loop,
    ],
)
def test_a_line_in_a_loop_is_told(function: Callable[[], Any]) -> None:
    """Whichever kind of loop it is."""
    assert _is_in_loop(function)


@pytest.mark.parametrize("function", [straight, iterated, awaited, tried, tried_again])
def test_a_line_in_none_is_told_too(function: Callable[[], Any]) -> None:
    """Before a loop, behind it, where an await waits, and where something is tried again."""
    assert not _is_in_loop(function)
