"""Marks: which one holds, what they refuse, and what becomes of a test that failed anyway."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.suite.small import project

NEAREST = """
pytestmark = pytest.mark.max_queries(1)


def test_of_the_module():
    cure()


@pytest.mark.max_queries(2)
def test_of_its_own():
    cure()


@pytest.mark.max_queries(2)
class TestGroup:
    def test_of_the_class(self):
        cure()

    @pytest.mark.querywatch(max_queries=1)
    def test_nearer_than_the_class(self):
        cure()

    @pytest.mark.querywatch(detect=True, allow=["Order.items"])
    def test_other_arguments_still_come_from_the_class(self):
        sin()


@pytest.mark.max_queries(1)
@pytest.mark.parametrize(
    "call", [cure, pytest.param(cure, marks=pytest.mark.max_queries(2), id="nearest")]
)
def test_set(call):
    call()


@pytest.mark.max_queries(0)
def test_nothing_at_all():
    pass
"""

REFUSED = """
@pytest.mark.querywatch(max_querys=2)
def test_typo():
    cure()


@pytest.mark.querywatch(2)
def test_by_position():
    cure()


@pytest.mark.max_queries()
def test_without_a_limit():
    cure()


@pytest.mark.querywatch(max_queries=-1)
def test_below_zero():
    cure()


@pytest.mark.querywatch(allow="Order.items")
def test_bare_word():
    cure()


@pytest.mark.querywatch(detect="QW999")
def test_no_such_code():
    cure()


@pytest.mark.querywatch(count="everything")
def test_no_such_count():
    cure()


@pytest.mark.skip
@pytest.mark.querywatch(max_querys=2)
def test_skipped():
    cure()


def test_without_a_mark():
    cure()
"""
REASONS = {
    "test_typo": "mark querywatch on test_shop.py::test_typo: unknown argument 'max_querys' (did"
    " you mean max_queries?); valid are max_queries, max_db_seconds, allow, detect, count",
    "test_by_position": "takes arguments by name only, not 2",
    "test_without_a_limit": "mark max_queries on test_shop.py::test_without_a_limit: takes one"
    " number, as in max_queries(2); valid is limit",
    "test_below_zero": "max_queries must be a whole number from 0, not -1",
    "test_bare_word": "allow must be a list such as [\"Order.items\"], not 'Order.items'",
    "test_no_such_code": "detect: unknown code 'QW999'; known are QW101,",
    "test_no_such_count": "count must be 'body' or 'all', not 'everything'",
}

ON_ITS_OWN = """
@pytest.mark.max_queries(1)
def test_fails():
    cure()
    assert not "its own reason"


@pytest.mark.max_queries(1)
def test_skips():
    cure()
    pytest.skip("its own reason")


@pytest.mark.xfail(strict=True)
@pytest.mark.max_queries(1)
def test_expected_to_be_over():
    cure()


@pytest.mark.max_queries(1)
@pytest.mark.xfail(raises=LookupError)
def test_expected_to_raise():
    cure()
    raise LookupError


@pytest.fixture
def broken_teardown():
    yield
    raise LookupError("its own reason")


@pytest.mark.max_queries(1)
def test_over_and_broken(broken_teardown):
    cure()
"""


def test_the_nearest_mark_wins(tmp_path: Path) -> None:
    """A parameter set is nearer than its function, a function than its class, and so on."""
    run = project(tmp_path, NEAREST).run()

    assert run.broken == {
        "test_shop.py::test_of_the_module",
        "test_shop.py::TestGroup::test_nearer_than_the_class",
        "test_shop.py::TestGroup::test_other_arguments_still_come_from_the_class",
        "test_shop.py::test_set[cure]",
    }
    assert run.outcome == "4 failed, 4 passed"


def test_a_mark_that_means_nothing_is_an_error(tmp_path: Path) -> None:
    """It names the mark, the test and what is valid; other tests run."""
    run = project(tmp_path, REFUSED).run()

    assert run.outcome == "1 passed, 1 skipped, 7 errors"
    assert [reason for reason in REASONS.values() if reason not in run.text] == []
    assert "querywatch/pytest_plugin" not in run.text


def test_a_test_that_ends_by_itself_is_not_second_guessed(tmp_path: Path) -> None:
    """Its own failure, skip or expected failure stands; exceeding may itself be expected."""
    run = project(tmp_path, ON_ITS_OWN).run("--tb=short")

    assert run.outcome == "2 failed, 1 skipped, 2 xfailed, 1 error"
    assert run.text.count("2 queries, limit 1 (1 over)") == 1
    assert "assert not 'its own reason'" in run.text
    assert "LookupError: its own reason" in run.text


@pytest.mark.parametrize("arguments", [("--strict-markers",), ("-Werror",)])
def test_the_marks_are_known(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Nobody has to register them."""
    run = project(tmp_path, "@pytest.mark.max_queries(2)\ndef test_it():\n    cure()\n").run(
        *arguments
    )

    assert run.outcome == "1 passed"


def test_pytest_lists_marks_and_options(tmp_path: Path) -> None:
    """`--markers` and `--help` have them all, ini keys included."""
    marks = project(tmp_path, "").run("--markers").text
    options = project(tmp_path, "").run("--help").text

    assert "@pytest.mark.max_queries(limit):" in marks
    assert "@pytest.mark.querywatch(max_queries=None, max_db_seconds=None, allow=[]" in marks
    for option in ("", "-baseline", "-update", "-baseline-prune", "-report"):
        assert f"--querywatch{option}" in options
        assert f"querywatch{option.replace('-', '_')} (" in options
