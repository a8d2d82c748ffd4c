"""What every report of a run says, before it takes a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from querywatch.model.version import version
from querywatch.pytest_plugin import baseline
from querywatch.pytest_plugin.findings import gathered, totals, worst_tests

if TYPE_CHECKING:
    from querywatch.pytest_plugin.state import State

Document: TypeAlias = dict[str, Any]
SCHEMA: Final = "querywatch.pytest/1"
MAX_TESTS: Final = 100


def made(state: State) -> Document:
    """Put the results of a run together."""
    tests, queries = totals(state)
    return {
        "schema": SCHEMA,
        "version": version(),
        "mode": state.options.mode,
        "tests": tests,
        "queries": queries,
        "findings": gathered(state),
        "stale": [dict(zip(baseline.KEYS, entry, strict=True)) for entry in state.stale],
        "unused_ignores": [{"file": file, "line": line} for file, line in state.unused],
        "worst_tests": [
            {"test": test, "queries": count, "duration": seconds}
            for test, count, seconds in worst_tests(state, MAX_TESTS)
        ],
    }
