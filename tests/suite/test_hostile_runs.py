"""Runs that end in ways nobody planned: what pytest says of them stays true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.suite.small import ENTRY, project

FAIL = "--querywatch=fail"
FIRST_LINE = "FAILED test_shop.py::test_sin - Failed: 4 queries: N+1 Order.items ×3 shop.py:"
SIN = "def test_sin():\n    assert sin() == [1, 1, 1]\n"
BROKEN_TEARDOWN = """\
@pytest.fixture
def broken():
    yield
    raise OSError("the fixture's own trouble")


def test_sin(broken):
    assert {name}() == [1, 1, 1]
"""


def test_a_finding_and_a_broken_teardown_are_told_apart(tmp_path: Path) -> None:
    """The test failed for its finding, the fixture for its own reason; both are told."""
    run = project(tmp_path, BROKEN_TEARDOWN.format(name="sin")).run(FAIL)

    assert (run.code, run.outcome) == (1, "1 failed, 1 error")
    assert "N+1 Order.items ×3" in run.text
    assert "OSError: the fixture's own trouble" in run.text


def test_a_broken_teardown_of_a_good_test_is_no_finding(tmp_path: Path) -> None:
    """The twin: nothing of ours in a failure that is not ours."""
    run = project(tmp_path, BROKEN_TEARDOWN.format(name="cure")).run(FAIL)

    assert (run.code, run.outcome) == (1, "1 passed, 1 error")
    assert "Order.items" not in run.text


def test_a_test_that_fails_by_itself_is_not_second_guessed(tmp_path: Path) -> None:
    """Its own assertion is the first line of its failure."""
    run = project(tmp_path, "def test_sin():\n    assert sin() == []\n").run(FAIL)

    assert (run.code, run.outcome) == (1, "1 failed")
    assert "FAILED test_shop.py::test_sin - assert [1, 1, 1] == []" in run.text


def test_a_test_that_is_expected_to_fail_and_does_is_not_second_guessed(tmp_path: Path) -> None:
    """It stays an expected failure."""
    test = "@pytest.mark.xfail(strict=True)\ndef test_sin():\n    assert sin() == []\n"

    run = project(tmp_path, test).run(FAIL)

    assert (run.code, run.outcome) == (0, "1 xfailed")


def test_a_test_that_skips_itself_after_a_finding_stays_skipped(tmp_path: Path) -> None:
    """It asked not to be judged."""
    run = project(tmp_path, "def test_sin():\n    sin()\n    pytest.skip('no')\n").run(FAIL)

    assert (run.code, run.outcome) == (0, "1 skipped")


SKIPPED = "@pytest.mark.skip\ndef test_{name}():\n    cure()\n"
EXPECTED = "@pytest.mark.xfail\ndef test_{name}():\n    assert cure() == []\n"
PRUNE = "--querywatch-baseline-prune"


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_a_skipped_test_keeps_every_entry(tmp_path: Path, workers: str) -> None:
    """It may have been the one that ran into what is not seen any more."""
    tests = "\n\n".join(SKIPPED.format(name=name) for name in ("one", "other"))
    made = project(tmp_path, f"{tests}\n\ndef test_cure():\n    cure()\n", f"[\n{ENTRY}\n]\n")

    run = made.run(FAIL, PRUNE, workers)

    assert "baseline not pruned: 2 tests were skipped" in run.text
    assert len(made.accepted()) == 1


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_a_test_that_fails_as_expected_has_run(tmp_path: Path, workers: str) -> None:
    """The twin: pytest reports it as skipped, and it is none."""
    made = project(tmp_path, EXPECTED.format(name="one"), f"[\n{ENTRY}\n]\n")

    run = made.run(FAIL, PRUNE, workers)

    assert "removed 1 stale entry" in run.text
    assert made.accepted() == []


@pytest.mark.parametrize("ask", ["--querywatch-update", "--querywatch-baseline-prune"])
def test_an_interrupted_run_writes_no_baseline(tmp_path: Path, ask: str) -> None:
    """Ctrl-C in the second of three tests: what the third would have found is not known."""
    tests = (
        f"def test_cure():\n    cure()\n\n\n{SIN}\n\n"
        "def test_interrupted():\n    raise KeyboardInterrupt\n\n\ndef test_later():\n    cure()\n"
    )
    other = ENTRY.replace("sin", "other")
    made = project(tmp_path, tests, f"[\n{other}\n]\n")

    run = made.run(FAIL, ask)

    assert run.code == 2
    assert '"other"' in made.baseline.read_text(encoding="utf-8")
    assert "INTERNALERROR" not in run.text + run.errors


@pytest.mark.parametrize("stopping", [("-x",), ("--maxfail=1", "-n2")], ids=" ".join)
def test_a_run_that_stops_at_a_finding_calls_nothing_stale(
    tmp_path: Path, stopping: tuple[str, ...]
) -> None:
    """What the later tests would have found is not known."""
    later = "".join(f"\n\ndef test_{number}():\n    cure()\n" for number in range(8))
    made = project(tmp_path, SIN + later, f"[\n{ENTRY.replace('sin', 'other')}\n]\n")

    run = made.run(FAIL, *stopping)

    assert run.broken == {"test_shop.py::test_sin"}
    assert "stale" not in run.text


def test_a_run_that_fails_by_a_finding_alone_tells_what_is_stale(tmp_path: Path) -> None:
    """The twin: every test ran to its end."""
    made = project(tmp_path, SIN, f"[\n{ENTRY.replace('sin', 'other')}\n]\n")

    run = made.run(FAIL)

    assert run.broken == {"test_shop.py::test_sin"}
    assert "stale, no longer found" in run.text


def test_what_was_found_before_an_interruption_is_still_shown(tmp_path: Path) -> None:
    """A report of half a run is worth reading."""
    interrupted = "def test_z():\n    raise KeyboardInterrupt\n"

    run = project(tmp_path, f"{SIN}\n\n{interrupted}").run("--querywatch", "-rN")

    assert run.code == 2
    assert "Order.items" in run.text


def test_a_finding_fails_its_test_in_one_line(tmp_path: Path) -> None:
    """The plain case that the hostile ones are compared to."""
    run = project(tmp_path, SIN).run(FAIL)

    assert (run.code, run.outcome) == (1, "1 failed")
    assert FIRST_LINE in run.text


@pytest.mark.parametrize("path", ["taken/report.json", "taken/deeper/report.sarif", "folder.md"])
def test_an_unwritable_report_is_named_and_the_cause_told(tmp_path: Path, path: str) -> None:
    """A file where a folder should be, a folder where the file should be."""
    made = project(tmp_path, SIN)
    (tmp_path / "taken").write_text("a file")
    (tmp_path / "folder.md").mkdir()

    run = made.run("--querywatch", f"--querywatch-report={path}")

    told = run.text + run.errors
    assert run.code == 4
    assert path in told
    assert "Traceback" not in told
    assert "INTERNALERROR" not in told
    assert (tmp_path / "taken").read_text() == "a file"


def test_a_report_that_becomes_unwritable_is_told_at_the_end(tmp_path: Path) -> None:
    """No test is lost by it, and nobody takes the run for a success."""
    taking = 'def test_taking():\n    import os\n    os.mkdir("report.json")\n'

    run = project(tmp_path, taking).run("--querywatch", "--querywatch-report=report.json")

    assert (run.code, run.outcome) == (4, "1 passed")
    assert f"cannot write {tmp_path}/report.json: Is a directory" in run.text
    assert (tmp_path / "report.json").is_dir()
    assert [path.name for path in tmp_path.glob(".report*")] == []


def test_a_report_that_can_be_written_changes_nothing_else(tmp_path: Path) -> None:
    """The twin: its folder is made."""
    run = project(tmp_path, SIN).run("--querywatch", "--querywatch-report=build/ci/report.json")

    assert (run.code, run.outcome) == (0, "1 passed")
    assert (tmp_path / "build/ci/report.json").is_file()
