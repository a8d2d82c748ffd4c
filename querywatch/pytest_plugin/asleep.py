"""What a run needs of the plugin while nobody has asked for it: this loads always, so it is small.

Each name here is paid for at the start of every run of pytest where querywatch is installed.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from querywatch.pytest_plugin.running import Run
    from querywatch.pytest_plugin.state import State

# A type in brackets would be evaluated here and cost more than the rest of the module.
KEY: Final[pytest.StashKey[State]] = pytest.StashKey()
RUN: Final[pytest.StashKey[Run]] = pytest.StashKey()
"""A recording that the set-up phase began."""
FACTS: Final[pytest.StashKey[dict[str, Any]]] = pytest.StashKey()
"""What one test sends along with its report."""
OURS: Final[pytest.StashKey[bool]] = pytest.StashKey()
"""Set where it was the plugin that failed a test."""

MARKS: Final = (
    (
        "querywatch(max_queries=None, max_db_seconds=None, allow=[], detect=None, count='body'):"
        " hold the test to a number of queries and to seconds in the database;"
        " allow=['Order.items'] accepts findings, detect=True objects to all others"
        " (or to the codes named), detect=False to none; count='all' counts fixtures too."
    ),
    "max_queries(limit): hold the test to that many queries.",
)
NAMES: Final = ("querywatch", "max_queries")


def is_marked(item: pytest.Item) -> bool:
    """Tell whether *item* has any mark of ours."""
    return any(mark.name in NAMES for mark in item.iter_markers())


def is_awake(config: pytest.Config) -> bool:
    """Tell whether every test is watched, not just those with a mark."""
    state = config.stash.get(KEY, None)
    return state is not None and state.options.awake


def speaks_unicode() -> bool:
    """Tell whether the terminal shows more than ASCII."""
    encoding = getattr(sys.__stdout__, "encoding", None) or "utf-8"
    return encoding.lower().replace("_", "-") in {"utf-8", "utf8"}
