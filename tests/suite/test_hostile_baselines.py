"""Baselines that people and merges have been at: told by file and line, and never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.suite.project import BASELINE
from tests.suite.small import ENTRY, project

OTHER = ENTRY.replace("sin", "other")
SIN = "def test_sin():\n    assert sin() == [1, 1, 1]\n"
MERGED = f"[\n<<<<<<< HEAD\n{ENTRY}\n=======\n{OTHER}\n>>>>>>> branch\n]\n"
WRITING = ("--querywatch-update", "--querywatch-baseline-prune")

BAD = {
    "conflict markers": (MERGED, 2, "conflict"),
    "a lost comma": (f"[\n{ENTRY}\n{OTHER}\n]\n", 3, "JSON"),
    "cut off": (f"[\n{ENTRY},\n", 3, "JSON"),
    "empty": (" ", 1, "JSON"),
    "no list": ('{"code": "QW101"}\n', 1, "list"),
    "no object": (f"[\n{ENTRY},\n17\n]\n", 3, "17"),
    "a missing key": (f'[\n{ENTRY},\n{{"code": "QW101"}}\n]\n', 3, "subject"),
    "an unknown key": (f'[\n{ENTRY[:-1]}, "colour": "red"}}\n]\n', 2, "colour"),
    "a number for a name": (f"[\n{ENTRY}\n]\n".replace('"sin"', "7"), 2, "function"),
}


@pytest.mark.parametrize(("text", "line", "word"), BAD.values(), ids=BAD)
def test_a_bad_baseline_is_named_with_its_line_and_left_alone(
    tmp_path: Path, text: str, line: int, word: str
) -> None:
    """No test runs: a run against half a baseline would say something untrue."""
    made = project(tmp_path, SIN, text)

    run = made.run("--querywatch=fail", *WRITING)

    told = run.text + run.errors
    assert run.code == 4
    assert f"{BASELINE}:{line}" in told
    assert word in told
    assert "Traceback" not in told
    assert made.baseline.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("ask", [(), *((option,) for option in WRITING)], ids=" ".join)
def test_a_bad_baseline_ends_every_run_that_goes_by_it(
    tmp_path: Path, ask: tuple[str, ...]
) -> None:
    """Whether it is read, added to or pruned."""
    made = project(tmp_path, SIN, MERGED)

    run = made.run("--querywatch=fail", *ask)

    assert run.code == 4
    assert f"{BASELINE}:2: merge conflict marker '<<<<<<< HEAD'" in run.errors
    assert made.baseline.read_text(encoding="utf-8") == MERGED


def test_a_baseline_that_is_no_text_is_named_and_left_alone(tmp_path: Path) -> None:
    """Somebody compressed it, or named the wrong file."""
    made = project(tmp_path, SIN)
    made.baseline.write_bytes(b"\xff\xfe\x00[")

    run = made.run("--querywatch=fail", "--querywatch-update")

    assert run.code == 4
    assert BASELINE in run.text + run.errors
    assert made.baseline.read_bytes() == b"\xff\xfe\x00["


def test_a_bad_baseline_is_told_once_with_workers(tmp_path: Path) -> None:
    """The controller reads it; the workers have nothing to say."""
    run = project(tmp_path, SIN, MERGED).run("--querywatch=fail", "-n2")

    told = run.text + run.errors
    assert run.code == 4
    assert told.count(f"{BASELINE}:2") == 1


def test_a_baseline_merged_by_hand_is_read(tmp_path: Path) -> None:
    """Out of order, an entry twice, spaces of somebody's editor: it still says what it says."""
    spaced = ENTRY.replace(": ", " :  ")

    run = project(tmp_path, SIN, f"[\n  {OTHER},\n\n  {spaced},\n{ENTRY}]").run("--querywatch=fail")

    assert (run.code, run.outcome) == (0, "1 passed")


def test_an_update_puts_a_baseline_merged_by_hand_in_order(tmp_path: Path) -> None:
    """Every entry once, sorted, and none lost."""
    made = project(tmp_path, SIN, f"[{OTHER}, {OTHER}]")

    run = made.run("--querywatch=fail", "--querywatch-update")

    assert (run.code, run.outcome) == (0, "1 passed")
    assert [entry["function"] for entry in made.accepted()] == ["other", "sin"]


def test_an_update_that_cannot_write_says_so_and_keeps_the_old_baseline(tmp_path: Path) -> None:
    """The folder of the baseline is a file."""
    (tmp_path / "taken").write_text("a file")

    run = project(tmp_path, SIN).run(
        "--querywatch=fail", "--querywatch-baseline=taken/baseline.json", "--querywatch-update"
    )

    told = run.text + run.errors
    assert run.code == 4
    assert "taken/baseline.json" in told
    assert "Traceback" not in told


def test_a_baseline_that_was_asked_for_and_is_missing_is_no_pass_in_silence(
    tmp_path: Path,
) -> None:
    """A typo in a path must not turn the ratchet off: every finding is new then."""
    run = project(tmp_path, SIN).run("--querywatch=fail", "--querywatch-baseline=typo.json")

    assert (run.code, run.outcome) == (1, "1 failed")
