"""No run takes an entry out of the baseline that was not asked to, or cannot know."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.suite.bookshop_suite import Suite
from tests.suite.project import append

PART = ("Author.books", "Book.author")
CRASH = "\n\ndef test_that_takes_the_process_along():\n    import os\n    os._exit(3)\n"
FAILURE = "\n\ndef test_that_fails(session):\n    assert pages.listed(session) == []\n"
UPDATE = ("--querywatch=fail", "--querywatch-update")
PRUNE = ("--querywatch=fail", "--querywatch-baseline-prune")


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """Write a part of the suite, 60 tests with 8 loops, and accept what is there."""
    suite = Suite(tmp_path, relationships=PART).write()
    suite.accept(suite.planted)
    return suite


@pytest.mark.parametrize(
    ("ask", "workers"), [(UPDATE, "-n0"), (PRUNE, "-n0"), (PRUNE, "-n4")], ids=str
)
def test_a_run_of_chosen_tests_removes_nothing(
    suite: Suite, ask: tuple[str, ...], workers: str
) -> None:
    """What did not run cannot be known to be gone."""
    before = suite.baseline.read_bytes()

    run = suite.run(*ask, workers, "-k", "test_all_are_listed")

    assert (run.code, run.outcome) in [(0, "4 passed, 56 deselected"), (0, "4 passed")]
    assert suite.baseline.read_bytes() == before


@pytest.mark.parametrize("ask", [UPDATE, PRUNE], ids=["update", "prune"])
def test_a_crashed_worker_removes_nothing(suite: Suite, ask: tuple[str, ...]) -> None:
    """What it found before it died is lost, so nothing can be called stale."""
    append(suite.folder / "tests/test_author_books.py", CRASH)
    suite.cure("Book.author", "listed")
    before = suite.baseline.read_bytes()

    run = suite.run(*ask, "-n4")

    assert run.code == 1
    assert suite.baseline.read_bytes() == before


@pytest.mark.parametrize(
    ("ask", "workers"), [(UPDATE, "-n0"), (PRUNE, "-n0"), (PRUNE, "-n4")], ids=str
)
def test_a_failed_run_removes_nothing(suite: Suite, ask: tuple[str, ...], workers: str) -> None:
    """A test that stops early may not reach the loop it used to run into."""
    append(suite.folder / "tests/test_author_books.py", FAILURE)
    suite.cure("Book.author", "listed")
    before = suite.baseline.read_bytes()

    run = suite.run(*ask, workers)

    assert run.code == 1
    assert run.broken == {"tests/test_author_books.py::test_that_fails"}
    assert suite.baseline.read_bytes() == before


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_a_whole_run_that_passed_removes_what_is_gone_when_asked(
    suite: Suite, workers: str
) -> None:
    """The twin: nothing is in doubt, and somebody asked."""
    gone = suite.cure("Book.author", "listed")

    run = suite.run(*PRUNE, workers)

    left = {(entry["file"], entry["function"]) for entry in suite.accepted()}
    assert (run.code, len(left)) == (0, 7)
    assert (gone.file, gone.function) not in left


def test_an_update_keeps_what_is_gone(suite: Suite) -> None:
    """To add was asked, not to remove."""
    suite.cure("Book.author", "listed")
    before = suite.baseline.read_bytes()

    run = suite.run(*UPDATE)

    assert run.code == 0
    assert suite.baseline.read_bytes() == before


def test_an_update_of_chosen_tests_adds_what_they_found(suite: Suite) -> None:
    """One may accept one test's findings and leave the others out of it."""
    new = suite.plant("Book.author")
    suite.plant("Author.books")

    run = suite.run(*UPDATE, new.test)

    added = {(entry["file"], entry["function"]) for entry in suite.accepted()}
    assert run.code == 0
    assert (len(added), (new.file, new.function) in added) == (9, True)


def test_the_same_findings_write_the_same_bytes(suite: Suite) -> None:
    """Sorted, one entry a line: the file changes when the findings do, and merges by line."""
    lines = suite.baseline.read_text(encoding="utf-8").splitlines()
    found = [line for line in lines if '"code"' in line]

    suite.baseline.unlink()
    suite.run(*UPDATE, "-n2")

    assert suite.baseline.read_text(encoding="utf-8").splitlines() == lines
    assert len(found) == 8
    assert found == sorted(found, key=lambda line: line.rstrip(","))
