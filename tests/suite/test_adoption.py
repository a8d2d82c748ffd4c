"""A large old suite adopts querywatch in one command, and holds the line from then on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.databases import POSTGRESQL
from tests.suite.bookshop_suite import TESTS_IN_ALL, Suite

DISTRIBUTIONS = [("-n0",), ("-n2",), ("-n4", "--dist", "loadscope")]
REPORT = "--querywatch-report=found.json"


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """Write the whole suite."""
    return Suite(tmp_path).write()


def entries(findings: list[Any]) -> list[tuple[str, ...]]:
    """Reduce findings, planted ones or entries of a baseline to what names them."""
    if findings and isinstance(findings[0], dict):
        keys = ("code", "subject", "file", "function")
        return sorted(tuple(finding[key] for key in keys) for finding in findings)
    return sorted(
        ("QW101", planted.subject, planted.file, planted.function) for planted in findings
    )


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=" ".join)
def test_it_lists_every_planted_loop_and_nothing_else(
    suite: Suite, distribution: tuple[str, ...]
) -> None:
    """All 40, each with the test that runs into it, in one process and in several."""
    run = suite.run("--querywatch", REPORT, *distribution)

    assert (run.code, run.outcome) == (0, f"{TESTS_IN_ALL} passed")
    found = suite.found()
    assert entries(found) == entries([*suite.planted])
    assert {test for finding in found for test in finding["tests"]} == {
        planted.test for planted in suite.planted
    }
    assert all(f"{planted.file}:" in run.text for planted in suite.planted)
    assert not suite.baseline.exists()


@pytest.mark.postgresql
def test_it_lists_the_same_on_postgresql(suite: Suite) -> None:
    """With psycopg in the synchronous tests and asyncpg in the others."""
    with POSTGRESQL.lend() as name:
        url = POSTGRESQL.url.set(drivername="postgresql+psycopg", database=name)
        suite.environment["BOOKSHOP_URL"] = url.render_as_string(hide_password=False)
        run = suite.run("--querywatch", REPORT)

    assert (run.code, run.outcome) == (0, f"{TESTS_IN_ALL} passed")
    assert entries(suite.found()) == entries([*suite.planted])


@pytest.mark.parametrize("distribution", [("-n0",), ("-n4",)], ids=" ".join)
def test_it_accepts_what_is_there_and_fails_what_is_new(
    suite: Suite, distribution: tuple[str, ...]
) -> None:
    """One command writes 40 entries; a cured one is called stale; a 41st fails its test."""
    update = suite.run("--querywatch=fail", "--querywatch-update", REPORT, *distribution)
    found, accepted = suite.found(), suite.baseline.read_bytes()
    gone = suite.cure("Book.author", "listed")
    cured = suite.run("--querywatch=fail", *distribution)
    new = suite.plant("Author.books")
    planted = suite.run("--querywatch=fail", *distribution)

    assert (update.code, update.outcome) == (0, f"{TESTS_IN_ALL} passed")
    assert entries(found) == entries(suite.accepted()) == entries([*suite.planted])
    assert (cured.code, cured.outcome) == (0, f"{TESTS_IN_ALL} passed")
    assert stale(cured.text) == [f"QW101 {gone.subject} {gone.file} in {gone.function}()"]
    assert (planted.code, planted.outcome) == (1, f"1 failed, {TESTS_IN_ALL} passed")
    assert planted.broken == {new.test}
    assert suite.baseline.read_bytes() == accepted


def stale(text: str) -> list[str]:
    """Read the entries that a run calls stale."""
    _, _, below = text.partition("\nstale, ")
    return [" ".join(line.split()) for line in below.splitlines() if line.startswith("    QW")]
