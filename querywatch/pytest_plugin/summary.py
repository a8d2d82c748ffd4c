"""What the terminal shows at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from querywatch.model import plural
from querywatch.pytest_plugin.findings import gathered, totals, worst_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from querywatch.pytest_plugin.state import State

MAX_FINDINGS: Final = 100
MAX_TESTS: Final = 10
_MAX_LISTED: Final = 50


def show(state: State, reporter: pytest.TerminalReporter) -> None:
    """Write the section."""
    found = gathered(state)
    reporter.section(state.adapted(_title(state, found)))
    for line in _lines(state, found):
        reporter.write_line(state.adapted(line))


def _title(state: State, found: list[dict[str, Any]]) -> str:
    tests, queries = totals(state)
    parts = [
        plural(tests, "test", "tests"),
        plural(queries, "query", "queries"),
        plural(len(found), "finding", "findings"),
    ]
    return f"querywatch: {', '.join(parts)}"


def _lines(state: State, found: list[dict[str, Any]]) -> Iterator[str]:
    known = sum(one["known"] for one in found)
    if state.accepted:
        yield f"{len(found) - known:,} new, {known:,} in the baseline"
    # A failure speaks for itself; what does not fail is listed here.
    if state.options.mode == "report":
        yield from _findings([one for one in found if not one["known"]])
        yield from _tests(state)
    yield from _listed(
        "stale, no longer found (remove: --querywatch-baseline-prune)", _stale(state)
    )
    unused = [f"{file}:{line}" for file, line in state.unused]
    yield from _listed("unused: # querywatch: ignore", unused)
    yield from state.notes
    yield from state.troubles


def _findings(found: list[dict[str, Any]]) -> Iterator[str]:
    for one in found[:MAX_FINDINGS]:
        yield one["headline"]
        if one["cure"]:
            yield f"    fix     {one['cure']}"
        more = f" and {len(one['tests']) - 1:,} more" if len(one["tests"]) > 1 else ""
        yield f"    tests   {one['tests'][0]}{more}"
    if len(found) > MAX_FINDINGS:
        yield f"showing {MAX_FINDINGS} of {len(found):,} findings"


def _tests(state: State) -> Iterator[str]:
    worst = worst_tests(state, MAX_TESTS)
    if worst:
        yield "most queries"
    for test, queries, seconds in worst:
        yield f"{queries:>8,}  {seconds * 1e3:>8,.1f} ms  {test}"


def _stale(state: State) -> list[str]:
    return [
        f"{code} {subject}  {file} in {function}()" for code, subject, file, function in state.stale
    ]


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield title
    for line in lines[:_MAX_LISTED]:
        yield f"    {line}"
    if len(lines) > _MAX_LISTED:
        yield f"    showing {_MAX_LISTED} of {len(lines):,}"
