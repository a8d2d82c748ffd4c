"""What GitHub Actions is told: a command for each new finding, a table for the step."""

from __future__ import annotations

from pathlib import Path

import pytest

from querywatch.pytest_plugin.github import command
from tests.pytest_plugin.test_reports import FINDING, NOWHERE
from tests.suite.small import ENTRY, project

SIN = "def test_sin():\n    assert sin() == [1, 1, 1]\n"


def test_an_annotation_names_file_line_finding_and_fix() -> None:
    """It stands beside the line in the pull request."""
    assert command(FINDING) == (
        "::warning file=app/shop.py,line=37,title=QW101 N+1::Order.items lazy-loaded 12×; "
        "app/shop.py:36  add .options(selectinload(Order.items))   13 → 2 queries"
    )


def test_an_annotation_without_a_line_names_no_file() -> None:
    """It is shown for the whole run."""
    assert command(NOWHERE) == "::warning title=QW101 N+1::Order.items lazy-loaded 12×"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"shown_at": "a,b:c%.py:37"}, "file=a%2Cb%3Ac%25.py,line=37"),
        ({"shown_at": "built.so"}, "file=built.so,line=1,"),
        ({"message": "50%\n::error::no"}, "::50%25%0A::error::no"),
    ],
)
def test_an_annotation_is_one_command_whatever_it_says(change: dict[str, str], part: str) -> None:
    """A comma ends a property and a line break a command, unless they are escaped."""
    line = command(FINDING | change)

    assert part in line
    assert "\n" not in line


def test_in_github_actions_a_run_annotates_and_summarises(tmp_path: Path) -> None:
    """Both, without being asked."""
    made = project(tmp_path, SIN)
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    made.environment |= {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}

    run = made.run("--querywatch")

    assert "\n::warning file=shop.py,line=" in run.text
    assert summary.read_text(encoding="utf-8").startswith("before\n## querywatch: 1 test, 4 quer")


def test_what_is_accepted_is_not_annotated(tmp_path: Path) -> None:
    """A pull request shows what it brings, not what was there."""
    made = project(tmp_path, SIN, f"[\n{ENTRY}\n]\n")
    made.environment["GITHUB_ACTIONS"] = "true"

    assert "::warning" not in made.run("--querywatch").text


def test_elsewhere_a_run_says_nothing_to_github(tmp_path: Path) -> None:
    """The twin: no such variable."""
    assert "::warning" not in project(tmp_path, SIN).run("--querywatch").text


def test_a_summary_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The run goes on and says so."""
    made = project(tmp_path, SIN)
    made.environment |= {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path)}

    run = made.run("--querywatch")

    assert "cannot write the step summary" in run.text
    assert "Traceback" not in run.text + run.errors
