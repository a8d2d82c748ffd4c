"""One block of a test under watch, and the verdict when it ends."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest

from querywatch.allowances import ignoring_site
from querywatch.errors import NPlusOneWarning, QueryWatchWarning
from querywatch.limits import Counted
from querywatch.pytest_plugin import baseline
from querywatch.pytest_plugin.asleep import FACTS, OURS
from querywatch.pytest_plugin.examples import merged
from querywatch.pytest_plugin.factories import Factories
from querywatch.pytest_plugin.facts import facts_of, shown_site, told_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from querywatch.model import CallSite, Finding
    from querywatch.pytest_plugin.marks import Demands
    from querywatch.pytest_plugin.state import State
    from querywatch.watch import QueryWatch, Recorder

Judge: TypeAlias = Callable[["Recorder", bool], str]
"""Returns the text of a failure; told whether the block ended without an exception."""

PROPERTY: Final = "querywatch_queries"
_UPDATE: Final = "To accept every present finding: pytest --querywatch=fail --querywatch-update"


class Run:
    """A block of a test that is recorded; the test fails when *judge* has something to say.

    Where *is_outside* tells test code from the application, each call of it is judged on its own.
    """

    def __init__(
        self,
        watch: QueryWatch,
        label: str,
        judge: Judge,
        is_outside: Callable[[str], bool] | None = None,
    ) -> None:
        self.recorder: Recorder = watch.record(
            label, adopts=True, on_demand=True, is_outside=is_outside
        )
        self._judge = judge
        self._entered = False

    def __enter__(self) -> Recorder:
        # Where fixtures count, the set-up phase has begun the recording.
        if not self._entered:
            self._entered = True
            self.recorder.__enter__()
        return self.recorder

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        __tracebackhide__ = True
        self.recorder.__exit__(exc_type, exc, traceback)
        text = self._judge(self.recorder, exc_type is None)
        if text:
            pytest.fail(text, pytrace=False)

    def abandon(self) -> None:
        """End the recording without a verdict."""
        self.recorder.__exit__(None, None, None)


class TestJudge:
    """Judges the body of one test by its marks and by the mode of the run."""

    __test__ = False

    def __init__(self, item: pytest.Item, state: State, demands: Demands) -> None:
        self.item = item
        self.state = state
        self.demands = demands

    def __call__(self, recorder: Recorder, ended_well: bool) -> str:  # noqa: FBT001
        """Note what was recorded, and return the text of a failure."""
        # Most tests repeat nothing, and then there is nothing to judge but limits.
        seen = None if self.demands.limits.demanded else recorder.glance()
        factories = self._factories_in(recorder)
        if seen is not None and factories is None:
            self._note(*seen, (), (), ended_well=ended_well)
            return ""
        report = recorder.report
        counted = Counted(report, factories.made(report) if factories else ())
        found = [one for one in counted.findings if not self.demands.limits.allows(one)]
        facts = [facts_of(one) for one in found]
        if self.state.options.reports:
            facts = [fact | told_of(one, report) for one, fact in zip(found, facts, strict=True)]
        ignoring = [ignoring_site(one) for one in report.allowed]
        self._note(counted.count, counted.seconds, facts, ignoring, ended_well=ended_well)
        # A test that failed on its own is not second-guessed.
        new = self._failing(found, facts) if ended_well else []
        if not new and not (ended_well and self.demands.limits.demanded):
            return ""
        text = self._text(counted, new)
        if text:
            self.item.stash[OURS] = True
            text = self.state.adapted(text)
        return text

    def _factories_in(self, recorder: Recorder) -> Factories | None:
        """Return the factories of the test, None where none wrote or all is counted."""
        writers = () if self.demands.count_all else recorder.writers()
        if not writers:
            return None
        return self._factories if any(map(self._factories.sent, writers)) else None

    @cached_property
    def _factories(self) -> Factories:
        return Factories(self.item)

    def is_outside(self, filename: str) -> bool:
        """Tell whether *filename*, as code has it, is test code."""
        return self._factories.is_test_code(filename)

    @property
    def _watched(self) -> bool:
        return self.state.options.awake and self.demands.detect is not False

    def _failing(self, found: list[Finding], facts: list[dict[str, Any]]) -> list[Finding]:
        options, accepted = self.state.options, self.state.accepted
        if not found or not self._watched:
            return []
        pairs = zip(found, facts, strict=True)
        new = [one for one, fact in pairs if baseline.entry_of(fact) not in accepted]
        if options.mode == "warn":
            return _warned(new, self.item.config)
        return new if options.mode == "fail" and not options.update else []

    def _text(self, counted: Counted, new: list[Finding]) -> str:
        from querywatch.limits.verdict import judged  # noqa: PLC0415 - few tests need one

        limits = self.demands.limits
        demanded = limits.objected(counted.findings)
        objected = [one for one in counted.findings if one in demanded or one in new]

        def accepting(higher: str) -> str:
            said = higher or f'allow=["{objected[0].subject}"]'
            line = f"To accept: @pytest.mark.querywatch({said})"
            # No baseline lifts what a mark demands.
            by_baseline = bool(counted.findings) if higher else not demanded
            return f"{line}   {_UPDATE}" if by_baseline else line

        return judged(counted, limits, objected, accepting)

    def _note(
        self,
        queries: int,
        seconds: float,
        findings: Sequence[dict[str, Any]],
        ignoring: Sequence[CallSite | None],
        *,
        ended_well: bool,
    ) -> None:
        facts = {
            "queries": queries,
            "seconds": seconds,
            "watched": self._watched,
            "ended_well": ended_well,
            "findings": findings,
            # Nothing is a tuple: no list per test for the garbage collector to look into.
            "ignoring": [[site.file, site.line] for site in ignoring if site] or (),
        }
        stash, properties = self.item.stash, self.item.user_properties
        if FACTS in stash:
            facts = merged(stash[FACTS], facts)
        if properties:
            properties[:] = [kept for kept in properties if kept[0] != PROPERTY]
        stash[FACTS] = facts
        properties.append((PROPERTY, str(facts["queries"])))


def _warned(new: list[Finding], config: pytest.Config) -> list[Finding]:
    """Warn of each finding at the application's own line; return those made errors by `-W`."""
    refused = []
    for finding in new:
        kind = NPlusOneWarning if finding.code.startswith("QW1") else QueryWatchWarning
        site = shown_site(finding)
        file = _file(site.file, config) if site else "<unknown>"
        cure = f"; {finding.cure}" if finding.fix else ""
        try:
            warnings.warn_explicit(
                f"{finding.headline}{cure}", kind, file, site.line if site else 1
            )
        except QueryWatchWarning:
            refused.append(finding)
    return refused


def _file(name: str, config: pytest.Config) -> str:
    for base in (config.rootpath, Path.cwd()):
        if (base / name).is_file():
            return str(base / name)
    return name
