"""The page holds the figures, how they were made, and nothing about the machine."""

from __future__ import annotations

from pathlib import Path

from benchmarks import page, stored, tables
from benchmarks.costs import Cost
from benchmarks.figures import Row, Spread
from benchmarks.load import Served
from benchmarks.memory import Kept
from benchmarks.places import ROOT
from benchmarks.results import Results
from benchmarks.sinks import Sink


def _row(contestant: str, ratio: float, limit: float | None = None) -> Row:
    """Make a row of one workload whose quartiles are its median."""
    spread = Spread(ratio, ratio, ratio)
    return Row("sqlite", "orm select", contestant, spread, (ratio - 1) * 1e-4, limit)


def _sink() -> Sink:
    """Make the figures of one sink."""
    added = Spread(16e-6, 25e-6, 33e-6)
    return Sink("10 queries", "Prometheus", 820e-6, Spread(1.02, 1.03, 1.04), added)


def _ours(**ratios: float) -> list[Row]:
    """Make a row of each of ours."""
    return [_row(name, ratio) for name, ratio in ratios.items()]


def test_every_part_that_was_run_has_its_table(tmp_path: Path) -> None:
    """Ratios, servers, costs, memory, instructions and rivals, under the date and versions."""
    results = Results(
        made="2026-01-02",
        versions={"Python": "3.11.0"},
        rows=[_row("idle", 1.02, 1.03)],
        turns=[_row("idle", 1.01, 1.03)],
        rivals={
            "queryspy": [_row("queryspy", 2.0), *_ours(counting=1.05, recording=1.1, analysis=1.6)]
        },
        rival_versions={"queryspy": "queryspy 9.8.7"},
        left_out={"ddtrace": "0 of 20 statements were seen"},
        soak={"told": ["left over: nothing"]},
        served=[Served("bare", 1234.0, 0.001, 0.009)],
        costs=[Cost("judge", Spread(1e-6, 2e-6, 3e-6), 1e-6)],
        kept=[Kept("orm select", 250.0, 0.0)],
        sinks=[_sink()],
        counts={"bare": {"orm select": 350_000}, "idle": {"orm select": 4_000}},
        parts={"hook": {"orm select": 4_321}},
    )

    page.write(results, tmp_path / "page.md", tmp_path / "picture.svg")

    text = (tmp_path / "page.md").read_text("utf-8")
    assert "Measured on 2026-01-02 by the command that wrote this page, with Python 3.11.0." in text
    assert "](picture.svg)" in text
    assert "| sqlite: orm select |       idle | 1.010x | 1.010-1.010 | 1.0 us | 1.03 ok |" in text
    assert "| sqlite: orm select | idle       | 1.020x | 1.020-1.020 | 2.0 us | 1.03 ok |" in (
        text.replace("|       idle |", "| idle       |")
    )
    assert "| bare       |      1,234 | 1.00 ms | 9.00 ms |" in text
    assert "1 us EXCEEDED" in text
    assert "| + idle     |      4,000 |" in text
    assert "| together                              |      4,321 |" in text
    assert "| Prometheus |        820 us | 1.030x | 1.020-1.040 | 25 us |     16-33 |" in text
    assert "| queryspy | recording |    yes 10% |" in text
    assert "| queryspy |  analysis |     no 60% |" in text
    assert "queryspy 9.8.7" in text
    assert "Of 1 comparisons with recording 1 say yes, 0 no and 0 are unclear. No: none." in text
    assert "Left out: ddtrace: 0 of 20 statements were seen" in text
    assert "left over: nothing" in text
    assert str(ROOT) not in text
    assert "1.020x" in (tmp_path / "picture.svg").read_text("utf-8")


def test_parts_that_were_not_run_are_left_out(tmp_path: Path) -> None:
    """A run of nothing only says how to repeat it."""
    page.write(Results(), tmp_path / "page.md", tmp_path / "picture.svg")

    text = (tmp_path / "page.md").read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# What it costs",
        "## How to repeat it",
    ]


def test_a_quick_run_says_so(tmp_path: Path) -> None:
    """Nobody takes its figures for what it costs."""
    page.write(Results(quick=True), tmp_path / "page.md", tmp_path / "picture.svg")

    assert "these figures are rough" in (tmp_path / "page.md").read_text("utf-8")


def test_a_page_can_be_written_again_from_what_was_stored(tmp_path: Path) -> None:
    """What is read is what was saved."""
    results = Results(
        rows=[_row("idle", 1.02, 1.03)],
        turns=[_row("idle", 1.01, 1.03)],
        rivals={"queryspy": _ours(queryspy=2.0, recording=1.1)},
        served=[Served("bare", 1234.0, 0.001, 0.009)],
        costs=[Cost("judge", Spread(1e-6, 2e-6, 3e-6), 1e-6)],
        kept=[Kept("orm select", 250.0, 0.0)],
        sinks=[_sink()],
        counts={"bare": {"orm select": 350_000}},
        parts={"hook": {"orm select": 4_321}},
    )

    stored.save(results, tmp_path / "deep" / "results.json")

    assert stored.load(tmp_path / "deep" / "results.json") == results


def test_what_exceeds_its_limit_is_named() -> None:
    """The ratio and the cost above their limits, not those within."""
    results = Results(
        rows=[_row("idle", 1.5, 1.03), _row("recording", 1.1, 1.2)],
        turns=[_row("idle", 1.4, 1.03)],
        costs=[Cost("slow", Spread(2, 2, 2), 1.0), Cost("fast", Spread(1, 1, 1), 1.0)],
    )

    assert results.exceeded == [
        "sqlite orm select: idle",
        "sqlite orm select: idle (by turns in one process)",
        "slow",
    ]


def test_recording_above_half_of_a_rival_is_told() -> None:
    """Three fifths of what the rival adds is told, a tenth is not."""
    near = tables.beside(_ours(other=1.5, counting=1.1, recording=1.3, analysis=1.4))
    far = tables.beside(_ours(other=2.0, counting=1.1, recording=1.1, analysis=1.4))

    assert near[-1].endswith(" no 60% |")
    assert far[-1].endswith(" yes 10% |")
