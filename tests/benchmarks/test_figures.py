"""What varies is told by its median and quartiles."""

from __future__ import annotations

import pytest

from benchmarks import load, tables
from benchmarks.figures import Row, Spread, Taken
from benchmarks.racing import row


def test_a_spread_is_the_quartiles_of_its_values() -> None:
    """Of five values in any order, the second, third and fourth."""
    spread = Spread.of([5.0, 1.0, 4.0, 2.0, 3.0])

    assert spread == Spread(2.0, 3.0, 4.0)


def test_a_single_value_is_its_own_spread() -> None:
    """One measurement has no quartiles to compute."""
    assert Spread.of([7.0]) == Spread(7.0, 7.0, 7.0)


def test_a_ratio_is_taken_within_its_round() -> None:
    """A round that was slow for everybody does not move the ratio."""
    rounds = [
        (Taken(9.0, 1.1), Taken(8.0, 1.0)),
        (Taken(9.0, 11.0), Taken(1.0, 10.0)),
        (Taken(9.0, 1.1), Taken(9.0, 1.0)),
    ]

    found = row("sqlite", "orm select", "idle", rounds)

    assert found.ratio.middle == pytest.approx(1.1)
    assert found.added == pytest.approx(0.1)


def test_a_server_is_waited_for() -> None:
    """There the ratio is the wall's; what is added is still the processor's."""
    found = row("postgresql", "orm select", "idle", [(Taken(3.0, 1.25), Taken(2.0, 1.0))])

    assert found.ratio.middle == 1.5
    assert found.added == 0.25


@pytest.mark.parametrize(("limit", "exceeded"), [(1.2, True), (1.3, False), (None, False)])
def test_a_median_above_its_limit_is_told(limit: float | None, *, exceeded: bool) -> None:
    """Equal to the limit is within it, and without a limit nothing is exceeded."""
    found = Row("sqlite", "orm select", "idle", Spread(1.0, 1.3, 1.4), 1e-6, limit)

    assert found.exceeded is exceeded


def test_what_recording_adds_is_a_part_of_what_the_rival_adds() -> None:
    """A quarter of the rival's seconds is 0.25, and less than nothing is nothing."""
    rival = Row("sqlite", "n+1", "rival", Spread(2.0, 2.0, 2.0), 8e-6)
    ours = Row("sqlite", "n+1", "recording", Spread(1.2, 1.2, 1.2), 2e-6)
    lucky = Row("sqlite", "n+1", "recording", Spread(0.9, 0.9, 0.9), -1e-6)

    assert tables.share(ours, rival) == pytest.approx(0.25)
    assert tables.share(lucky, rival) == 0.0


def test_a_rival_that_adds_nothing_has_no_share() -> None:
    """Noise below bare is no figure to divide by."""
    rival = Row("sqlite", "n+1", "rival", Spread(0.9, 0.9, 0.9), -1e-6)
    lucky = Row("sqlite", "n+1", "rival", Spread(0.9, 1.1, 1.2), 1e-6, clear=False)
    ours = Row("sqlite", "n+1", "recording", Spread(1.2, 1.2, 1.2), 2e-6)

    assert tables.share(ours, rival) is None
    assert tables.share(ours, lucky) is None


def test_a_load_is_summed_up_by_throughput_and_percentiles() -> None:
    """A hundred requests in two seconds are fifty a second."""
    throughput, p50, p99 = load.summary([n / 1000 for n in range(1, 101)], 2.0)

    assert throughput == 50.0
    assert p50 == pytest.approx(0.0505)
    assert p99 == pytest.approx(0.09901)


def test_a_server_that_answers_nothing_is_an_error() -> None:
    """No percentile is made up for a load that reached nobody."""
    with pytest.raises(RuntimeError, match="only 1 requests were answered"):
        load.summary([0.1], 2.0)
