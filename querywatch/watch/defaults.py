"""The detectors one gets without asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from querywatch.errors import ConfigurationError
from querywatch.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable


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


def callables(option: str, given: Iterable[Any]) -> tuple[Any, ...]:
    """Return what was *given* for *option*, refusing by name what cannot be called."""
    try:
        values = tuple(given)
    except TypeError:
        msg = f"{option} must be a list of callables, not {given!r}"
        raise ConfigurationError(msg) from None
    for value in values:
        if isinstance(value, type) or not callable(value):
            msg = f"{option} must be callables, not {value!r}"
            raise ConfigurationError(msg)
    return values


def is_own(detector: object) -> bool:
    """Tell the rule book's detectors from somebody else's."""
    return type(detector).__module__.startswith("querywatch.detectors.")


def only_repeats(detector: object) -> bool:
    """Tell whether *detector* objects to nothing that ran once."""
    if not is_own(detector):
        return False
    match detector:
        case (
            NPlusOne(parents=least)
            | ColumnLoop(objects=least)
            | QueryLoop(repeats=least)
            | WriteLoop(repeats=least)
            | DuplicateQuery(repeats=least)
        ):
            return least > 1
    return False
