"""The findings of all tests put together: each once, with the tests it occurs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from querywatch.pytest_plugin import baseline

if TYPE_CHECKING:
    from querywatch.pytest_plugin.state import State


def gathered(state: State) -> list[dict[str, Any]]:
    """Return each finding once, most repeats first, whichever worker sent it when."""
    found: dict[baseline.Entry, dict[str, Any]] = {}
    for test, facts in sorted(state.results.items()):
        for fact in facts["findings"] if facts["watched"] else ():
            entry = baseline.entry_of(fact)
            one = found.setdefault(entry, {"count": 0, "tests": []})
            if fact["count"] > one["count"]:
                one.update(fact)
            one["known"] = entry in state.accepted
            one["tests"].append(test)
    return sorted(found.values(), key=_order)


def new(state: State) -> list[dict[str, Any]]:
    """Return the findings that the baseline does not accept."""
    return [one for one in gathered(state) if not one["known"]]


def worst_tests(state: State, at_most: int) -> list[tuple[str, int, float]]:
    """Return the tests with most queries: name, queries, seconds."""
    tests = [
        (test, int(facts["queries"]), float(facts["seconds"]))
        for test, facts in state.results.items()
        if facts["queries"]
    ]
    return sorted(tests, key=lambda one: (-one[1], one[0]))[:at_most]


def totals(state: State) -> tuple[int, int]:
    """Return how many tests were watched and how many queries they ran."""
    return len(state.results), sum(facts["queries"] for facts in state.results.values())


def _order(one: dict[str, Any]) -> tuple[object, ...]:
    return (-one["count"], one["file"], one["line"], one["code"], one["subject"])
