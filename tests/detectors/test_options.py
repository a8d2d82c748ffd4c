"""Detectors refuse options they cannot work with, when they are made, and are told by the rest."""

from __future__ import annotations

from typing import Any

import pytest

from querywatch import ConfigurationError
from querywatch import detectors as rules

COUNTS = [
    (rules.NPlusOne, "parents"),
    (rules.ColumnLoop, "objects"),
    (rules.QueryLoop, "repeats"),
    (rules.WriteLoop, "repeats"),
    (rules.QueryBudget, "max_queries"),
]
SECONDS = [(rules.TimeBudget, "max_seconds"), (rules.SlowQuery, "seconds")]


@pytest.mark.parametrize(("detector", "option"), COUNTS)
@pytest.mark.parametrize("value", [0, -1, True, 2.0, "3", None, [3]])
def test_a_count_is_a_whole_number_above_zero(detector: Any, option: str, value: object) -> None:
    """Anything else is refused by the names of detector and option, and with the value."""
    with pytest.raises(ConfigurationError) as refused:
        detector(**{option: value})

    name = detector.__name__
    assert str(refused.value) == f"{name}: {option} must be a whole number above 0, not {value!r}"


@pytest.mark.parametrize("value", [1, 0, -1, True, 2.0, "3", None])
def test_a_duplicate_takes_two(value: Any) -> None:
    """Once is no repeat."""
    with pytest.raises(ConfigurationError) as refused:
        rules.DuplicateQuery(repeats=value)

    rule = f"repeats must be a whole number above 1, not {value!r}"
    assert str(refused.value) == f"DuplicateQuery: {rule}"


@pytest.mark.parametrize(("detector", "option"), SECONDS)
@pytest.mark.parametrize("value", [0, -0.5, False, "0.5", None, float("nan")])
def test_seconds_are_a_number_above_zero(detector: Any, option: str, value: object) -> None:
    """Anything else is refused by the names of detector and option, and with the value."""
    with pytest.raises(ConfigurationError) as refused:
        detector(**{option: value})

    rule = f"{option} must be a number of seconds above 0, not {value!r}"
    assert str(refused.value) == f"{detector.__name__}: {rule}"


@pytest.mark.parametrize(("detector", "option"), [*COUNTS, *SECONDS])
def test_what_can_be_is_taken(detector: Any, option: str) -> None:
    """The smallest count there is, and seconds that are whole."""
    assert getattr(detector(**{option: 1}), option) == 1


@pytest.mark.parametrize(("detector", "option"), [*COUNTS, *SECONDS])
def test_an_option_that_does_not_exist_is_refused(detector: Any, option: str) -> None:
    """Python says so itself."""
    with pytest.raises(TypeError, match="treshold"):
        detector(treshold=3)


@pytest.mark.parametrize(("detector", "option"), [*COUNTS, *SECONDS])
def test_two_with_the_same_options_are_equal(detector: Any, option: str) -> None:
    """A list of detectors can be compared and counted; other options make another detector."""
    one, same, other = (detector(**{option: value}) for value in (2, 2, 3))

    assert one == same
    assert one != other
    assert len({one, same, other}) == 2


def test_one_kind_is_not_another() -> None:
    """Options of one name and value do not make two rules one."""
    assert rules.QueryLoop(repeats=3) != rules.WriteLoop(repeats=3)


def test_a_detector_shows_its_options() -> None:
    """As one would write it."""
    assert repr(rules.QueryLoop(repeats=5)) == "QueryLoop(repeats=5)"
