"""The detectors one gets without asking."""

from __future__ import annotations

from querywatch.analysis import Detector
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
from querywatch.settings import Settings


def default_detectors(settings: Settings | None = None) -> tuple[Detector, ...]:
    """Return the rule book's detectors, with the limits that *settings* ask for."""
    settings = settings or Settings()
    detectors: list[Detector] = [
        NPlusOne(),
        ColumnLoop(),
        QueryLoop(),
        WriteLoop(),
        DuplicateQuery(),
    ]
    if settings.max_queries is not None:
        detectors.append(QueryBudget(settings.max_queries))
    if settings.max_db_seconds is not None:
        detectors.append(TimeBudget(settings.max_db_seconds))
    if settings.slow_seconds is not None:
        detectors.append(SlowQuery(settings.slow_seconds))
    return tuple(detectors)


def steady_detectors(settings: Settings | None = None) -> tuple[Detector, ...]:
    """Return the default detectors whose findings do not depend on how fast the machine is."""
    return tuple(
        detector
        for detector in default_detectors(settings)
        if not isinstance(detector, SlowQuery | TimeBudget)
    )
