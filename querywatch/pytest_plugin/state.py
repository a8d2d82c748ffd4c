"""What one run of pytest keeps: its options, its baseline, and the results of its tests."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

from querywatch.pytest_plugin import asked, baseline
from querywatch.pytest_plugin.asleep import KEY, speaks_unicode

if TYPE_CHECKING:
    from querywatch.watch import QueryWatch


class State:
    """One run, in the controller or in a worker.

    `results` holds what each test sent; `ignores` where the sources of the application have a
    comment that ignores something. `broken` names the tests, and the files that could not be
    collected, that failed for another reason than a limit or a finding. `troubles` are
    sentences about what could not be done.
    """

    def __init__(self, options: asked.Options, *, is_worker: bool = False) -> None:
        self.options = options
        self.accepted: frozenset[baseline.Entry] = frozenset()
        self.is_worker = is_worker
        self.unicode = True
        self.results: dict[str, dict[str, Any]] = {}
        self.ignores: set[tuple[str, int]] = set()
        self.deselected = 0
        self.skipped: set[str] = set()
        self.broken: set[str] = set()
        self.lost_workers = 0
        self.stopped = False
        self.stale: list[baseline.Entry] = []
        self.unused: list[tuple[str, int]] = []
        self.notes: list[str] = []
        self.troubles: list[str] = []

    @cached_property
    def watch(self) -> QueryWatch:
        """The QueryWatch every test of this run is recorded with."""
        from querywatch.pytest_plugin.loading import loading  # noqa: PLC0415

        with loading():  # SQLAlchemy too
            from querywatch.settings import Settings  # noqa: PLC0415
            from querywatch.watch import QueryWatch, steady_detectors  # noqa: PLC0415

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
    state = State(asked.resolved(config), is_worker=workerinput is not None)
    # A worker writes for the terminal of its controller.
    told = (workerinput or {}).get("querywatch_unicode")
    state.unicode = speaks_unicode() if told is None else told
    if state.options.awake:
        try:
            state.accepted = baseline.read(state.options.baseline)
        except baseline.BaselineError as error:
            raise pytest.UsageError(f"querywatch baseline {error}") from error
    return state
