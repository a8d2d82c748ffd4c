"""What is told at a glance agrees with the report, throughout the catalogue."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from querywatch import QueryWatch
from querywatch.watch import Recorder, steady_detectors
from tests.scenarios.catalogue import Scenario, scenarios
from tests.scenarios.shop import visit

LOOPS = scenarios("loops_*.py")
SILENT = scenarios("silent_*.py")


def recorded(shop: Engine, scenario: Scenario) -> Recorder:
    """Record *scenario* as a test is recorded."""
    watch = QueryWatch(detectors=steady_detectors())
    with visit(shop) as session, watch.record(on_demand=True) as recorder:
        scenario.run(session)
    return recorder


@pytest.mark.parametrize("scenario", LOOPS)
def test_whatever_has_a_finding_is_looked_at(shop: Engine, scenario: Scenario) -> None:
    """No finding is missed for having been only glanced at."""
    recorder = recorded(shop, scenario)

    assert recorder.glance() is None
    assert recorder.report.findings


@pytest.mark.parametrize("scenario", SILENT)
def test_what_is_seen_at_a_glance_is_what_the_report_says(shop: Engine, scenario: Scenario) -> None:
    """As many queries, as much time, and no finding."""
    recorder = recorded(shop, scenario)
    seen = recorder.glance()
    recording = recorder.report.recording

    assert seen in {None, (recording.query_count, recording.db_duration)}
    assert recorder.report.findings == ()
