"""Running the detectors: one objection per problem, worst first, allowed ones aside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from querywatch import Finding, Recording
from querywatch.analysis import analyze
from querywatch.detectors import DuplicateQuery, NPlusOne, QueryBudget, QueryLoop, SlowQuery
from tests.detectors.scenes import ORDERS, lazy, read, recording

RULES = (NPlusOne(), QueryLoop(), DuplicateQuery())


def test_evidence_for_one_finding_is_not_evidence_for_another() -> None:
    """A loop that also repeats a value is one problem."""
    scene = recording([read(n % 3) for n in range(6)])

    (finding,) = analyze(scene, RULES).findings
    assert finding.code == "QW103"


def test_two_problems_are_two_findings() -> None:
    """A loop here and a duplicate there, the one that saves most first."""
    other = "SELECT users.id FROM users WHERE users.id = ?"
    duplicate = [read(1, statement=other, place=9) for _ in range(2)]
    scene = recording(duplicate, [read(n) for n in range(6)])

    assert [finding.code for finding in analyze(scene, RULES).findings] == ["QW103", "QW201"]


def test_a_limit_is_another_matter_than_its_cause() -> None:
    """The budget and the slow statement are said beside the loop."""
    scene = recording(ORDERS, [lazy(n, duration=1.0) for n in range(4)])

    report = analyze(scene, (*RULES, QueryBudget(2), SlowQuery()))
    assert sorted(finding.code for finding in report.findings) == ["QW101", "QW301", "QW303"]


def test_allowed_findings_are_kept_aside() -> None:
    """Counted and shown, not objected to."""
    scene = recording(ORDERS, [lazy(n) for n in range(4)])

    report = analyze(scene, RULES, lambda finding: finding.subject == "Order.items")
    assert report.findings == ()
    assert [finding.code for finding in report.allowed] == ["QW101"]


def _broken(recording: Recording) -> Iterator[Finding]:
    yield Finding("QW301", "first", "found before it broke")
    raise RuntimeError(recording.label)


def test_a_detector_that_breaks_is_left_out() -> None:
    """The others' findings stand, and whoever asked hears of the failure."""
    heard: list[Exception] = []
    scene = recording(ORDERS, [lazy(n) for n in range(4)])

    report = analyze(scene, (_broken, *RULES), on_failure=heard.append)
    assert "QW101" in [finding.code for finding in report.findings]
    assert [str(error) for error in heard] == ["GET /orders"]


def test_a_detector_that_breaks_is_heard_by_its_author() -> None:
    """Without anybody to tell, it raises: a test of one's own detector must fail."""
    with pytest.raises(RuntimeError, match="GET /orders"):
        analyze(recording(), (_broken,))


def test_an_empty_recording_has_no_findings() -> None:
    """Nothing ran, nothing is wrong."""
    assert analyze(recording(), RULES).findings == ()
