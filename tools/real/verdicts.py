"""Was an endpoint judged rightly? What its statements do when the rows multiply is the truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from querywatch import Finding, Query, Report

APPLICATION: Final = "prefect/"
LOOPS: Final = frozenset({"QW101", "QW102", "QW103", "QW104", "QW201"})


@dataclass(frozen=True)
class Case:
    """One endpoint, answered with few rows and with many."""

    title: str
    few: Report
    many: Report

    @cached_property
    def growing(self) -> set[str]:
        """The statements that ran more often with more rows."""
        growth = _counts(self.many) - _counts(self.few)
        return set(growth)

    @cached_property
    def findings(self) -> list[Finding]:
        """The loops that querywatch sees with many rows."""
        found = [finding for finding in self.many.findings if finding.code in LOOPS]
        return sorted(found, key=lambda finding: (finding.code, _first_line(finding)))

    @cached_property
    def unnamed(self) -> set[str]:
        """The growing statements that no finding speaks of."""
        named = {number for finding in self.findings for number in finding.evidence}
        return self.growing - {q.statement for q in self.many.queries if _is_named(q, named)}

    @cached_property
    def accused(self) -> list[Finding]:
        """The findings about a statement that does not run more often with more rows."""
        few = [finding for finding in self.few.findings if finding.code in LOOPS]
        return [f for f in (*few, *self.findings) if f.statement not in self.growing]

    @cached_property
    def strays(self) -> set[str]:
        """The places of statements that are not the application's own code."""
        stacks = [query.stack for query in self.many.queries]
        files = {site.file for stack in stacks for site in stack}
        nowhere = {"no line at all"} if not all(stacks) else set()
        return nowhere | {file for file in files if not file.startswith(APPLICATION)}

    @property
    def verdict(self) -> str:
        """`right`, or what is wrong."""
        if self.accused:
            return "ACCUSED"
        if self.strays:
            return "STRAYED"
        return "MISSED" if self.growing and not self.findings else "right"


def _counts(report: Report) -> Counter[str]:
    return Counter(query.statement for query in report.queries)


def _is_named(query: Query, named: set[int]) -> bool:
    # What eager loaders run for a statement goes away together with it.
    eager = query.origin == "eager" and query.parent in named
    return eager or query.number in named


def table(cases: list[Case]) -> str:
    """Show every case, and below it the first line of each finding."""
    lines = [_row("endpoint", "few", "many", "grows", "verdict")]
    for case in cases:
        few, many = len(case.few.queries), len(case.many.queries)
        grows = f"{len(case.growing)} stmts" if case.growing else "no"
        lines.append(_row(case.title, str(few), str(many), grows, case.verdict))
        lines += [f"    {_first_line(finding)}" for finding in case.findings]
        lines += [f"    grows, and no finding names it: {one[:90]}" for one in sorted(case.unnamed)]
        lines += [f"    accused: {_first_line(finding)}" for finding in case.accused]
        lines += [f"    strayed to: {one}" for one in sorted(case.strays)]
    return "\n".join(lines)


def _row(title: str, few: str, many: str, grows: str, verdict: str) -> str:
    return f"{title:<62} {few:>4} {many:>5}  {grows:<8} {verdict}"


def _first_line(finding: Finding) -> str:
    sites = (finding.used_at, *finding.callers[:1])
    where = [f"{at.file}:{at.line} in {at.function}()" for at in sites if at]
    return f"{finding.code} {finding.message} at {', from '.join(where) or finding.place}"


def summary(cases: list[Case]) -> str:
    """Count the verdicts in one line."""
    growing = [case for case in cases if case.growing]
    wrong = [case for case in cases if case.verdict != "right"]
    return (
        f"{len(cases)} endpoints: {len(growing)} grow with the rows, "
        f"{len(cases) - len(growing)} do not; {len(wrong)} judged wrongly"
    )
