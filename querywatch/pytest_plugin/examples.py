"""Tests of hypothesis: each example is a test of its own, or all of them would be one loop."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from querywatch.pytest_plugin import baseline
from querywatch.pytest_plugin.wrapping import watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from querywatch.pytest_plugin.running import Run


def has_examples(item: Any) -> bool:
    """Tell whether hypothesis runs *item* many times."""
    return bool(getattr(item.obj, "is_hypothesis_test", False)) and hasattr(item.obj, "hypothesis")


@contextmanager
def watched_one_by_one(item: Any, make_run: Callable[[], Run]) -> Iterator[None]:
    """Judge each example of *item* on its own while this block runs."""
    handle = item.obj.hypothesis
    inner = handle.inner_test
    handle.inner_test = watched(inner, make_run)
    try:
        yield
    finally:
        handle.inner_test = inner


def merged(before: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    """Put what one more example ran to what those *before* did: the worst of them counts."""
    findings = {baseline.entry_of(one): one for one in (*facts["findings"], *before["findings"])}
    return {
        **facts,
        "queries": max(before["queries"], facts["queries"]),
        "seconds": max(before["seconds"], facts["seconds"]),
        "findings": list(findings.values()),
        "ignoring": [*before["ignoring"], *facts["ignoring"]],
    }
