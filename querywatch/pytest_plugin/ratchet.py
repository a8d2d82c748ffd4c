"""The ratchet: new findings may be added on request, and what is gone be removed on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from querywatch.model import plural
from querywatch.pytest_plugin import baseline
from querywatch.pytest_plugin.completeness import shortcomings

if TYPE_CHECKING:
    import pytest

    from querywatch.pytest_plugin.state import State


def described(state: State) -> str:
    """Write which baseline holds and how many it accepts, "" when there is none."""
    if not state.accepted:
        return ""
    entries = plural(len(state.accepted), "entry", "entries")
    return f", baseline {state.options.baseline.name} ({entries})"


def settle(state: State, config: pytest.Config, exitstatus: int) -> None:
    """Tell what is stale or unused after a complete run, and write the baseline where asked."""
    partial = list(shortcomings(state, config, exitstatus))
    if not partial:
        state.stale = sorted(state.accepted - _seen(state))
        state.unused = sorted(state.ignores - _used(state))
    if exitstatus and not partial:
        # Enough to tell what is stale, not enough to remove it.
        partial.append("the run did not pass")
    if state.options.prune and partial:
        state.notes.append(f"baseline not pruned: {', '.join(partial)}")
    if state.options.update or state.options.prune:
        _write(state, prune=state.options.prune and not partial)


def _seen(state: State) -> set[baseline.Entry]:
    return {
        baseline.entry_of(fact) for facts in state.results.values() for fact in facts["findings"]
    }


def _used(state: State) -> set[tuple[str, int]]:
    return {(file, line) for facts in state.results.values() for file, line in facts["ignoring"]}


def _present(state: State) -> set[baseline.Entry]:
    # What a failing test did on its way is no measure of what it does when it passes.
    return {
        baseline.entry_of(fact)
        for facts in state.results.values()
        if facts["watched"] and facts["ended_well"]
        for fact in facts["findings"]
    }


def _write(state: State, *, prune: bool) -> None:
    path = state.options.baseline
    try:
        # Somebody may have written it while the tests ran.
        before = baseline.read(path)
        added = _present(state) - before if state.options.update else set()
        gone = set(state.stale) & before if prune else set()
        after = (before | added) - gone
        if after != before or not path.exists():
            baseline.write(path, after)
    except (OSError, baseline.BaselineError) as error:
        reason = getattr(error, "strerror", None) or error
        state.troubles.append(f"cannot write the baseline {path}: {reason}; nothing was changed")
        return
    if state.options.update:
        found = plural(len(added), "finding", "findings")
        state.notes.append(f"added {found} to {path.name}, which has {len(after):,} now")
    if prune:
        state.stale = []
        removed = plural(len(gone), "stale entry", "stale entries")
        state.notes.append(f"removed {removed} from {path.name}, which has {len(after):,} now")
