"""Run the detectors, settle which of two objections stands, apply what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from querywatch.model import Finding, Recording, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Detector: TypeAlias = "Callable[[Recording], Iterable[Finding]]"
Judge: TypeAlias = "Callable[[Finding], bool]"


def analyze(
    recording: Recording,
    detectors: Sequence[Detector],
    is_allowed: Judge | None = None,
    on_failure: Callable[[Exception], None] | None = None,
) -> Report:
    """Judge *recording*: worst finding first, one objection per problem.

    A detector that raises is passed to *on_failure* and left out; without one it raises.
    """
    found: list[Finding] = []
    for detector in detectors:
        try:
            found += detector(recording)
        except Exception as bug:
            if on_failure is None:
                raise
            on_failure(bug)
    if not found:
        return Report(recording)
    found = settled(found)
    allowed = [finding for finding in found if is_allowed is not None and is_allowed(finding)]
    return Report(
        recording=recording,
        findings=tuple(finding for finding in found if finding not in allowed),
        allowed=tuple(allowed),
    )


def settled(found: list[Finding]) -> list[Finding]:
    """Keep one objection per problem, the worst first."""
    return sorted(_one_per_problem(found), key=_severity) if len(found) > 1 else found


def _one_per_problem(found: list[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    claimed: set[int] = set()
    for finding in sorted(found, key=lambda finding: finding.code):
        # A budget, or the time of one statement, is another matter than why it was repeated.
        is_pattern = "QW1" <= finding.code < "QW3"
        if is_pattern and not claimed.isdisjoint(finding.evidence):
            continue
        if is_pattern:
            claimed.update(finding.evidence)
        kept.append(finding)
    return kept


def _severity(finding: Finding) -> tuple[int, float, str]:
    return (-max(finding.queries_saved, finding.count - 1), -finding.duration, finding.code)
