"""The catalogue: which scenarios there are, and what querywatch has to say about each.

A scenario is a function of a session. `@loop` says what must be found, `@silent` that nothing
may be. The comments `# used` and `# loaded` mark the lines a finding has to name; what a
function prepares that is not to be judged it does `off_the_record`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, overload

import pytest
import sqlalchemy.orm

import querywatch
from querywatch import Finding, Report
from tests.scenarios import models

F = TypeVar("F", bound=Callable[..., Any])
_FOLDER = Path(__file__).parent
_OPTIONS = re.compile(
    r"\.options\((?P<added>.*?)\)(?:$| to | with |, and )|options=\[(?P<passed>.*)\]"
)
off_the_record = querywatch.pause


@dataclass(frozen=True)
class Expected:
    """One finding as a reader of the report sees it, and what cures it.

    `queries` are those before and after, None where nothing is predicted. `cure` does the same
    work without the loop; without one the options that the fix names must cure it. `used` and
    `loaded` are the comments that mark the lines, where there is more than one of a kind.
    """

    code: str
    subject: str
    fix: str | None
    queries: tuple[int, int] | None = None
    count: int | None = None
    likely: bool = False
    cure: Callable[..., Any] | None = None
    used: str = "used"
    loaded: str = "loaded"

    @property
    def prediction(self) -> str:
        """`5 → 2 queries`, as the finding writes it."""
        if self.queries is None:
            return ""
        before, after = self.queries
        likely = "likely " if self.likely else ""
        return f"{likely}{before} → {after} {'query' if after == 1 else 'queries'}"

    def spelled(self, *, on_async: bool) -> str | None:
        """Return the fix with the names an asynchronous application knows."""
        if self.fix is None or not on_async:
            return self.fix
        return self.fix.replace(" sessionmaker(", " async_sessionmaker(")


@dataclass
class Scenario:
    """A function of a session, and the findings it must yield.

    `where` are helpers the function calls that carry marks as well. `sync_only` scenarios bring
    threads, which no async engine works in.
    """

    run: Callable[..., Any]
    expected: list[Expected] = field(default_factory=list)
    where: tuple[Callable[..., Any], ...] = ()
    sync_only: bool = False

    def line(self, mark: str) -> str | None:
        """Return the place that the comment *mark* stands at, None where it stands nowhere."""
        comment = re.compile(rf"# (?:[\w ]+, )*{mark}(?:, [\w ]+)*$")
        for function in map(inspect.unwrap, (self.run, *self.where)):
            lines, first = inspect.getsourcelines(function)
            file = Path(inspect.getfile(function)).name
            for number, text in enumerate(lines, first):
                if comment.search(text.rstrip()):
                    return f"tests/scenarios/{file}:{number}"
        return None

    def facts(self, *, on_async: bool = False) -> list[tuple[object, ...]]:
        """List what must be found, in the form of `facts_of`."""
        found = (
            (
                *(one.code, one.subject, self.line(one.used), self.line(one.loaded)),
                *(one.spelled(on_async=on_async), one.prediction, one.count),
            )
            for one in self.expected
        )
        return sorted(found, key=str)

    def expects(self, finding: Finding, report: Report) -> Expected | None:
        """Return what was expected of *finding*, told by its subject and its line."""
        seen = (finding.code, subject_of(finding, report), _location(finding.used_at))
        for one in self.expected:
            if seen == (one.code, one.subject, self.line(one.used)):
                return one
        return None

    def facts_of(self, report: Report) -> list[tuple[object, ...]]:
        """List what was found: code, subject, used, loaded, fix, prediction and count."""
        counted = {one.code for one in self.expected if one.count is not None}
        found = (
            (
                *(finding.code, subject_of(finding, report)),
                *(_location(finding.used_at), _location(finding.loaded_at)),
                *(finding.fix, finding.prediction),
                finding.count if finding.code in counted else None,
            )
            for finding in report.findings
        )
        return sorted(found, key=str)


def _location(site: Any) -> str | None:
    return site.location if site else None


def subject_of(finding: Finding, report: Report) -> str:
    """Name what *finding* is about; a statement by its summary, the same on every database."""
    if finding.subject != finding.statement:
        return finding.subject
    return report.queries[finding.evidence[0]].summary


def options_of(finding: Finding, run: Callable[..., Any]) -> list[Any]:
    """Return the loader options that a fix asks for, typed in where *run* is written."""
    found = _OPTIONS.search(finding.fix or "")
    text = (found["added"] or found["passed"]) if found else ""
    names = {**vars(sqlalchemy.orm), **vars(models), **vars(inspect.getmodule(run))}
    return list(eval(f"[{text}]", names))  # noqa: S307 - the fix is code, and has to work


_scenarios: dict[Callable[..., Any], Scenario] = {}


def loop(
    code: str,
    subject: str,
    fix: str | None,
    *,
    where: tuple[Callable[..., Any], ...] = (),
    sync_only: bool = False,
    **more: Any,
) -> Callable[[F], F]:
    """Enter a function whose run must yield this finding; entered twice, both and no more."""

    def enter(run: F) -> F:
        scenario = _scenarios.setdefault(run, Scenario(run))
        scenario.expected.append(Expected(code, subject, fix, **more))
        scenario.where += where
        scenario.sync_only |= sync_only
        return run

    return enter


@overload
def silent(run: F, /) -> F: ...
@overload
def silent(*, sync_only: bool) -> Callable[[F], F]: ...
def silent(run: F | None = None, /, *, sync_only: bool = False) -> F | Callable[[F], F]:
    """Enter a function whose run must yield no finding."""

    def enter(run: F) -> F:
        _scenarios[run] = Scenario(run, sync_only=sync_only)
        return run

    return enter if run is None else enter(run)


def use(*_: object) -> None:
    """Take what a scenario read, so that reading it is not a statement without effect."""


def scenarios(files: str, *, on_async: bool = False) -> list[Any]:
    """List the scenarios in the files that match *files*, for `parametrize`."""
    stems = sorted(path.stem for path in _FOLDER.glob(files))
    modules = [import_module(f"tests.scenarios.{stem}").__name__ for stem in stems]
    return [
        pytest.param(scenario, id=f"{scenario.run.__module__.rpartition('.')[2]}-{name}")
        for name, scenario in _named(modules)
        if not (on_async and scenario.sync_only)
    ]


def _named(modules: list[str]) -> Iterator[tuple[str, Scenario]]:
    for scenario in _scenarios.values():
        if scenario.run.__module__ in modules:
            yield scenario.run.__name__, scenario
