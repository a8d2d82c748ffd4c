"""What one run of pytest keeps: its options, its baseline, and the results of its tests."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pytest

from querywatch.pytest_plugin import baseline, options

if TYPE_CHECKING:
    from querywatch.watch import QueryWatch

KEY: Final = pytest.StashKey["State"]()
FACTS: Final = pytest.StashKey[dict[str, Any]]()
"""What one test sends along with its report."""
OURS: Final = pytest.StashKey[bool]()
"""Set where it was the plugin that failed a test."""


@dataclass
class State:
    """One run, in the controller or in a worker.

    `results` holds what each test sent; `ignores` where the sources of the application have a
    comment that ignores something. `broken` names the tests, and the files that could not be
    collected, that failed for another reason than a limit or a finding. `troubles` are
    sentences about what could not be done.
    """

    options: options.Options
    accepted: frozenset[baseline.Entry] = frozenset()
    is_worker: bool = False
    unicode: bool = True
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    ignores: set[tuple[str, int]] = field(default_factory=set)
    deselected: int = 0
    skipped: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    lost_workers: int = 0
    stale: list[baseline.Entry] = field(default_factory=list)
    unused: list[tuple[str, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @cached_property
    def watch(self) -> QueryWatch:
        """The QueryWatch every test of this run is recorded with."""
        from querywatch.settings import Settings  # noqa: PLC0415
        from querywatch.watch import QueryWatch, steady_detectors  # noqa: PLC0415 - SQLAlchemy

        settings = Settings.load()
        return QueryWatch(detectors=steady_detectors(settings), settings=settings)

    def adapted(self, text: str) -> str:
        """Write *text* in characters the terminal has."""
        from querywatch.render import Terminal  # noqa: PLC0415 - only with something to say

        return Terminal(colour=False, unicode=self.unicode).adapt(text)


def state_of(config: pytest.Config) -> State:
    """Return the state of this run, made and checked the first time."""
    if KEY not in config.stash:
        config.stash[KEY] = _make(config)
    return config.stash[KEY]


def _make(config: pytest.Config) -> State:
    workerinput = getattr(config, "workerinput", None)
    state = State(options.resolved(config), is_worker=workerinput is not None)
    if workerinput is not None:
        state.unicode = workerinput.get("querywatch_unicode", True)
    else:
        state.unicode = _speaks_unicode()
    if state.options.awake:
        try:
            state.accepted = baseline.read(state.options.baseline)
        except baseline.BaselineError as error:
            raise pytest.UsageError(f"querywatch baseline {error}") from error
    return state


def _speaks_unicode() -> bool:
    encoding = getattr(sys.__stdout__, "encoding", None) or "utf-8"
    return encoding.lower().replace("_", "-") in {"utf-8", "utf8"}
