"""The comparison of sinks runs, with numbers too small to mean anything."""

from __future__ import annotations

from benchmarks.sinks import COMPARED, NO_SINK, PAGES, measure, table


def test_every_sink_is_compared_with_none() -> None:
    """At both pages, in microseconds and as a ratio."""
    sinks = measure(rounds=2, amount=1)

    assert [(sink.page, sink.sink) for sink in sinks] == [
        (page, name) for page in PAGES for name in COMPARED
    ]
    assert all(sink.seconds > 0 for sink in sinks)
    assert {sink.ratio.middle for sink in sinks if sink.sink == NO_SINK} == {1.0}


def test_the_table_has_a_line_for_each() -> None:
    """Below two lines of head."""
    lines = table(measure(rounds=2, amount=1))

    assert len(lines) == 2 + len(PAGES) * len(COMPARED)
    assert all("OpenTelemetry" not in line or "x |" in line for line in lines)
