"""What holds for every detector and every report, whatever was recorded."""

from __future__ import annotations

from copy import deepcopy
from itertools import combinations

import pytest
from hypothesis import given, settings

from querywatch import Recording, Report
from querywatch.analysis import Detector, analyze
from querywatch.detectors import (
    ColumnLoop,
    DuplicateQuery,
    NPlusOne,
    QueryBudget,
    QueryLoop,
    SlowQuery,
    TimeBudget,
    WriteLoop,
)
from tests.properties.recordings import recordings

RULES: list[Detector] = [
    NPlusOne(),
    ColumnLoop(),
    QueryLoop(),
    WriteLoop(),
    DuplicateQuery(),
    QueryBudget(3),
    TimeBudget(0.5),
    SlowQuery(0.5),
]
LOWEST: list[Detector] = [
    NPlusOne(1),
    ColumnLoop(1),
    QueryLoop(1),
    WriteLoop(1),
    DuplicateQuery(2),
]
MANY = settings(max_examples=150, deadline=None, derandomize=True)


@given(recording=recordings())
@MANY
def test_no_detector_raises(recording: Recording) -> None:
    """Without anybody to tell, `analyze` would raise."""
    analyze(recording, RULES)


@given(recording=recordings())
@MANY
def test_detectors_are_pure(recording: Recording) -> None:
    """The same recording twice gives the same report, and stays what it was."""
    before = deepcopy(recording)

    assert analyze(recording, RULES) == analyze(recording, RULES)
    assert recording == before


@given(recording=recordings())
@MANY
def test_no_query_is_evidence_for_two_loops(recording: Recording) -> None:
    """One objection per problem."""
    report = analyze(recording, RULES)
    patterns = [set(finding.evidence) for finding in report.findings if finding.code < "QW3"]

    assert all(one.isdisjoint(other) for one, other in combinations(patterns, 2))


@given(recording=recordings())
@MANY
def test_every_finding_is_sound(recording: Recording) -> None:
    """Its evidence ran, its count and its prediction are possible, and its texts are there."""
    for finding in analyze(recording, RULES).findings:
        assert set(finding.evidence) <= {query.number for query in recording.queries}
        assert finding.count >= 1
        assert finding.duration >= 0
        assert finding.code in finding.headline
        assert finding.message in finding.headline
        if finding.queries_after is not None:
            assert finding.queries_after >= 0
            assert finding.queries_before == recording.query_count


@given(recording=recordings())
@MANY
def test_a_report_survives_json(recording: Recording) -> None:
    """What is written is read back, to the last field."""
    report = analyze(recording, RULES, lambda finding: finding.count > 3)

    assert Report.from_json(report.to_json()) == report


@pytest.mark.parametrize("rule", LOWEST, ids=lambda rule: type(rule).__name__)
def test_the_lowest_threshold_is_no_error(rule: Detector) -> None:
    """A detector that objects to everything still objects in words."""

    @given(recording=recordings())
    @MANY
    def holds(recording: Recording) -> None:
        assert all(finding.headline for finding in rule(recording))

    holds()
