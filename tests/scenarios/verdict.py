"""Whether a fix keeps what a finding promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from querywatch import Finding, Report
from tests.scenarios.catalogue import Scenario, options_of


class Cure(NamedTuple):
    """What to run, and with which loader options, to see a finding gone."""

    finding: Finding
    run: Callable[..., Any]
    options: list[Any]


def cures(scenario: Scenario, report: Report) -> list[Cure]:
    """List the cures of a report's findings: written beside the loop, or the options named."""
    return [_cure(scenario, finding, report) for finding in report.findings]


def _cure(scenario: Scenario, finding: Finding, report: Report) -> Cure:
    expected = scenario.expects(finding, report)
    if expected is not None and expected.cure is not None:
        return Cure(finding, expected.cure, [])
    return Cure(finding, scenario.run, options_of(finding, scenario.run))


def still_wrong(finding: Finding, before: Report, after: Report) -> str:
    """Say in which way the cured report *after* breaks the promise; "" when it keeps it."""
    known = Counter(map(_identity, before.findings))
    known[_identity(finding)] -= 1
    for one, times in Counter(map(_identity, after.findings)).items():
        if times > known[one]:
            return f"still or newly there: {one}"
    counted = len(after.queries)
    if finding.queries_after is not None and counted != finding.queries_after:
        statements = "\n".join(query.statement for query in after.queries)
        return f"{finding.prediction} predicted, {counted} counted:\n{statements}"
    return ""


def _identity(finding: Finding) -> str:
    # A chain whose first link is cured goes on as what is left of it.
    return f"{finding.code} {finding.subject.rpartition(' -> ')[2]}"
