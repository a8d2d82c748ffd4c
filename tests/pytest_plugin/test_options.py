"""Options: what wakes the plugin, what leaves it asleep, and what is refused."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from argparse import Namespace
from pathlib import Path

import pytest

from querywatch.pytest_plugin.options import BASELINE, join_values
from tests.suite.project import ROOT, environment
from tests.suite.small import ENTRY, project

TWO = "def test_sin():\n    sin()\n\n\ndef test_cure():\n    cure()\n"


@pytest.mark.parametrize(
    ("given", "joined"),
    [
        (["--querywatch", "tests"], ["--querywatch=report", "tests"]),
        (["--querywatch", "fail", "tests"], ["--querywatch=fail", "tests"]),
        (["--querywatch"], ["--querywatch=report"]),
        (["--querywatch=warn", "tests"], ["--querywatch=warn", "tests"]),
        (["--querywatch-baseline", "tests"], [f"--querywatch-baseline={BASELINE}", "tests"]),
        (["--querywatch-baseline", "a.json", "tests"], ["--querywatch-baseline=a.json", "tests"]),
        (["tests"], ["tests"]),
    ],
)
def test_a_path_is_not_taken_for_a_value(given: list[str], joined: list[str]) -> None:
    """An option without a value may stand before the path of a test."""
    join_values(given, Namespace(file_or_dir=[]))

    assert given == joined


def test_conftests_are_found_by_the_path_behind_the_bare_option() -> None:
    """The first parse of the command line has swallowed it by then."""
    known = Namespace(querywatch="tests", file_or_dir=[])
    join_values(["--querywatch", "tests"], known)

    assert (known.querywatch, known.file_or_dir) == ("report", ["tests"])


def test_report_lists_and_changes_no_outcome(tmp_path: Path) -> None:
    """The bare option, before a path: findings and the tests with most queries."""
    run = project(tmp_path, TWO).run("--querywatch", "test_shop.py")

    assert run.code == 0
    assert "querywatch: 2 tests, 6 queries, 1 finding" in run.text
    assert "QW101 N+1: Order.items lazy-loaded 3× at shop.py:" in run.text
    assert "    tests   test_shop.py::test_sin" in run.text


def test_off_and_nothing_are_the_same(tmp_path: Path) -> None:
    """Where nobody asks, nothing is said."""
    made = project(tmp_path, TWO)
    runs = [made.run(), made.run("--querywatch=off")]

    assert [(run.code, "querywatch" in run.text) for run in runs] == [(0, False), (0, False)]


def test_warn_warns_at_the_line_of_the_application(tmp_path: Path) -> None:
    """And `-W error` makes a failure of it, with the whole text."""
    made = project(tmp_path, TWO)
    warned = made.run("--querywatch=warn")
    refused = made.run("--querywatch=warn", "-W", "error::querywatch.NPlusOneWarning")

    assert warned.outcome == "2 passed, 1 warning"
    assert "shop.py:32: NPlusOneWarning: QW101 N+1: Order.items lazy-loaded 3×" in warned.text
    assert "return [len(order.items) for order in session.scalars(select(Order))]" in warned.text
    assert refused.broken == {"test_shop.py::test_sin"}
    assert "4 queries: N+1 Order.items ×3 shop.py:32" in refused.text


def test_ini_keys_do_what_options_do(tmp_path: Path) -> None:
    """A project may set them once, and the command line overrules it."""
    made = project(tmp_path, TWO)
    (tmp_path / "pyproject.toml").write_text(
        "[tool.pytest.ini_options]\npythonpath = ['.']\nquerywatch = 'fail'\n"
        "querywatch_baseline = 'accepted.json'\nquerywatch_report = ['found.json']\n"
    )
    failed, passed = made.run(), made.run("--querywatch=report")
    made.run("--querywatch-update")

    assert failed.broken == {"test_shop.py::test_sin"}
    assert passed.code == 0
    assert (tmp_path / "accepted.json").exists()
    assert [one["subject"] for one in made.found()] == ["Order.items"]


def test_the_ini_keys_of_the_baseline_do_what_its_options_do(tmp_path: Path) -> None:
    """A job that accepts and prunes may be configured, too."""
    gone = ENTRY.replace("sin", "other")
    made = project(tmp_path, TWO, f"[\n{gone}\n]\n")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\npythonpath = .\nquerywatch_update = true\nquerywatch_baseline_prune = true\n"
    )

    run = made.run()

    assert run.code == 0
    assert [entry["function"] for entry in made.accepted()] == ["sin"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--querywatch=fial"], "--querywatch must be off, report, warn, fail, not 'fial'"),
        (["--querywatch=off", "--querywatch-update"], "--querywatch=off leaves nothing to update"),
        (["--querywatch-report=found.xml"], "end in .json, .md, .sarif, .html"),
    ],
)
def test_an_option_that_cannot_be_is_refused(
    tmp_path: Path, arguments: list[str], reason: str
) -> None:
    """Before any test runs, in words."""
    run = project(tmp_path, TWO).run(*arguments)

    assert run.code == 4
    assert reason in run.errors


def test_it_may_be_named_twice(tmp_path: Path) -> None:
    """By its entry point, by `-p` and in a conftest, all at once."""
    made = project(tmp_path, TWO)
    (tmp_path / "conftest.py").write_text("pytest_plugins = ['querywatch.pytest_plugin']\n")
    run = made.run("-p", "querywatch.pytest_plugin.entry", "--querywatch")

    assert run.outcome == "2 passed"


def test_the_entry_point_names_a_module_that_is_there() -> None:
    """What is installed is what `-p` names."""
    project_table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project_table["entry-points"]["pytest11"] == {
        "querywatch": "querywatch.pytest_plugin.entry"
    }


def test_asleep_it_loads_nothing(tmp_path: Path) -> None:
    """A run that does not use it imports neither SQLAlchemy nor Starlette."""
    (tmp_path / "test_light.py").write_text(
        "import sys\n\n\ndef test_light():\n"
        "    heavy = {'sqlalchemy', 'starlette', 'querywatch.watch', 'querywatch.limits'}\n"
        "    assert not heavy & set(sys.modules)\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "querywatch.pytest_plugin"]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )

    assert (run.returncode, "1 passed" in run.stdout) == (0, True)
