"""Tasks, and the threads a task hands work to, belong to the recording around them."""

from __future__ import annotations

import asyncio
from contextvars import copy_context

import pytest
from sqlalchemy import Engine

import querywatch
from tests.capture.library import library
from tests.watch.scenes import ask, asked

pytestmark = pytest.mark.anyio


async def test_tasks_threads_and_executors_belong_to_their_recording() -> None:
    """create_task, gather, TaskGroup, to_thread and an executor with copied context."""
    with library() as engine, querywatch.record() as recording:
        await asyncio.create_task(_ask(engine, 1))
        await asyncio.gather(_ask(engine, 2), _ask(engine, 3))
        async with asyncio.TaskGroup() as group:
            group.create_task(_ask(engine, 4))
        await asyncio.to_thread(ask, engine, 5)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, copy_context().run, ask, engine, 6)

    assert asked(recording.report) == ["n1", "n2", "n3", "n4", "n5", "n6"]


async def test_a_bare_executor_belongs_to_the_one_open_recording() -> None:
    """`run_in_executor` copies no context: its thread is attributed like any bare one."""
    with library() as engine, querywatch.record() as recording:
        await asyncio.get_running_loop().run_in_executor(None, ask, engine, 1)

    assert asked(recording.report) == ["n1"]


async def test_another_task_is_never_taken_for_a_thread_without_context() -> None:
    """A task that began before the recording has a context of its own, and is outside."""
    begin, done = asyncio.Event(), asyncio.Event()

    async def stranger() -> None:
        await begin.wait()
        ask(engine, 1)
        done.set()

    with library() as engine:
        task = asyncio.create_task(stranger())
        with querywatch.record() as recording:
            begin.set()
            await done.wait()
        await task

    assert recording.report.queries == ()
    assert recording.report.recording.outside == 1


async def test_a_task_that_outlives_the_recording_adds_nothing_to_it() -> None:
    """The report is complete when the block ends; the straggler is nobody's."""
    go_on = asyncio.Event()

    async def straggler() -> None:
        ask(engine, 1)
        await go_on.wait()
        ask(engine, 2)

    with library() as engine:
        with querywatch.record() as recording:
            task = asyncio.create_task(straggler())
            await asyncio.sleep(0)
        kept = recording.report
        go_on.set()
        await task

    assert asked(recording.report) == ["n1"]
    assert recording.report is kept


async def test_a_straggler_of_an_inner_recording_belongs_to_the_outer_one() -> None:
    """What outlives the inner block still lies inside the outer one."""
    go_on = asyncio.Event()

    async def straggler() -> None:
        await go_on.wait()
        ask(engine, 1)

    with library() as engine, querywatch.record() as outer:
        with querywatch.record() as inner:
            task = asyncio.create_task(straggler())
        go_on.set()
        await task

    assert asked(outer.report) == ["n1"]
    assert inner.report.queries == ()


async def test_concurrent_recordings_never_mix() -> None:
    """Fifty tasks take turns, and each report holds its own statements."""

    async def unit(number: int) -> list[str]:
        with querywatch.record() as recording:
            for _ in range(3):
                ask(engine, number)
                await asyncio.sleep(0)
        return asked(recording.report)

    with library() as engine:
        found = await asyncio.gather(*(unit(number) for number in range(50)))

    assert found == [[f"n{number}"] * 3 for number in range(50)]


async def _ask(engine: Engine, number: int) -> None:
    await asyncio.sleep(0)
    ask(engine, number)
