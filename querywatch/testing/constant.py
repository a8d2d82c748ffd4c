"""Assert that the number of queries does not depend on the number of rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Sequence
from inspect import isawaitable
from typing import Any, TypeAlias, overload

from querywatch.errors import ConfigurationError
from querywatch.limits.growth import Growth
from querywatch.limits.verdict import nothing_seen
from querywatch.testing.watching import watch_here

Steps: TypeAlias = Generator[object, object, None]
MIN_SIZES = 2


@overload
def assert_constant_queries(  # type: ignore[overload-overlap]
    call: Callable[[], Awaitable[Any]],
    *,
    grow: Callable[[], object],
    sizes: Sequence[int] = ...,
    allow: Sequence[str] = ...,
) -> Awaitable[None]: ...


@overload
def assert_constant_queries(  # type: ignore[overload-overlap]
    call: Callable[[], object],
    *,
    grow: Callable[[], Awaitable[Any]],
    sizes: Sequence[int] = ...,
    allow: Sequence[str] = ...,
) -> Awaitable[None]: ...


@overload
def assert_constant_queries(
    call: Callable[[], object],
    *,
    grow: Callable[[], object],
    sizes: Sequence[int] = ...,
    allow: Sequence[str] = ...,
) -> None: ...


def assert_constant_queries(
    call: Callable[[], object],
    *,
    grow: Callable[[], object],
    sizes: Sequence[int] = (2, 5),
    allow: Sequence[str] = (),
) -> Awaitable[None] | None:
    """Assert that *call* runs the same queries however many rows there are.

    *grow* adds one row; it runs until there are as many as each of *sizes* says, and *call* is
    recorded there. *allow* names relationships (`Order.items`) or statements (`SELECT items`)
    that may grow. Where *call* or *grow* is async, await what this returns. Raises
    AssertionError, and ConfigurationError for sizes that do not grow.
    """
    __tracebackhide__ = True
    steps = _steps(call, grow, _checked(sizes), tuple(allow))
    return _run(steps)


def _checked(sizes: Sequence[int]) -> tuple[int, ...]:
    given: tuple[object, ...] = tuple(sizes)
    whole = [size for size in given if isinstance(size, int) and size > 0]
    if len(whole) < max(len(given), MIN_SIZES) or whole != sorted(set(whole)):
        msg = f"sizes must be two whole numbers or more, each above the last, not {sizes!r}"
        raise ConfigurationError(msg)
    return tuple(whole)


def _steps(
    call: Callable[[], object],
    grow: Callable[[], object],
    sizes: tuple[int, ...],
    allow: tuple[str, ...],
) -> Steps:
    """Do everything, and yield what may have to be awaited."""
    __tracebackhide__ = True
    reports = []
    rows = 0
    for size in sizes:
        while rows < size:
            yield grow()
            rows += 1
        with watch_here().record(f"{size} rows", adopts=True) as recorder:
            yield call()
        reports.append(recorder.report)
    growth = Growth(sizes, tuple(reports))
    _object(growth, allow)


def _object(growth: Growth, allow: tuple[str, ...]) -> None:
    __tracebackhide__ = True
    text = nothing_seen(growth.reports[-1], "a constant number") or growth.text(allow)
    if not text and not any(growth.counts):
        at = " and ".join(f"n={size}" for size in growth.sizes)
        text = f"no query ran at {at}: does the call reach the database?"
    if text:
        raise AssertionError(text)


def _run(steps: Steps) -> Awaitable[None] | None:
    __tracebackhide__ = True
    for result in steps:
        if isawaitable(result):
            return _finish(steps, result)
    return None


async def _finish(steps: Steps, result: object) -> None:
    __tracebackhide__ = True
    try:
        while True:
            try:
                value = await result if isawaitable(result) else result
            except BaseException as error:  # noqa: BLE001 - it goes on through the recording
                result = steps.throw(error)
            else:
                result = steps.send(value)
    except StopIteration:
        return
