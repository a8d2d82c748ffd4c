"""How one test is put under watch: which part of it, and by which run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from querywatch.pytest_plugin import examples, unittests
from querywatch.pytest_plugin.asleep import RUN
from querywatch.pytest_plugin.marks import demands_of
from querywatch.pytest_plugin.running import Run, TestJudge
from querywatch.pytest_plugin.state import state_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def begin(item: pytest.Item) -> None:
    """Begin in the set-up phase where the marks of *item* let fixtures count."""
    if demands_of(item).count_all:
        run = item.stash[RUN] = _run_of(item)
        run.__enter__()


def of_function(item: pytest.Function) -> AbstractContextManager[object]:
    """Return the block to run the body of a test function in."""
    if RUN not in item.stash and examples.has_examples(item):
        return examples.watched_one_by_one(item, lambda: _run_of(item))
    return _run_here(item)


def of_other(item: pytest.Item) -> AbstractContextManager[object] | None:
    """Return the block to run *item* in; None for a function, which has one of its own."""
    if unittests.is_case(item):
        return unittests.guarded(item, _run_here(item))
    return None if isinstance(item, pytest.Function) else _run_here(item)


def _run_here(item: pytest.Item) -> Run:
    if RUN not in item.stash:
        return _run_of(item)
    run = item.stash[RUN]
    del item.stash[RUN]
    return run


def _run_of(item: pytest.Item) -> Run:
    state = state_of(item.config)
    judge = TestJudge(item, state, demands_of(item))
    return Run(state.watch, item.nodeid, judge, judge.is_outside)
