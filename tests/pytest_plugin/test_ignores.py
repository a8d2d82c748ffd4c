"""What somebody decided to live with: comments, `allow`, and comments nobody needs any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.suite.project import Project
from tests.suite.small import project

TESTS = """
import querywatch
from shop import Order, Session, engine, select


def ignored():
    with Session(engine) as session:
        return [
            len(order.items)  # querywatch: ignore[QW101] three rows at most
            for order in session.scalars(select(Order))
        ]


def test_ignored():
    ignored()


@pytest.mark.querywatch(allow=["Order.items"])
def test_allowed_by_mark():
    sin()


def test_allowed_by_block():
    with querywatch.allow("Order.items", reason="three rows at most"):
        sin()


@pytest.mark.querywatch(detect=False)
def test_not_judged():
    sin()


def test_cured():
    cure()  # querywatch: ignore[QW101] was a loop once


def test_text():
    assert "# querywatch: ignore[QW101]"
"""
UNUSED = "unused: # querywatch: ignore\n    test_shop.py:"


@pytest.fixture
def made(tmp_path: Path) -> Project:
    """Write a project that accepts every finding in some way."""
    return project(tmp_path, TESTS)


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_what_is_accepted_does_not_fail(made: Project, workers: str) -> None:
    """And of the two comments the one without a loop is told, by its line."""
    run = made.run("--querywatch=fail", workers)
    line = 1 + (made.folder / "test_shop.py").read_text().splitlines().index(
        "    cure()  # querywatch: ignore[QW101] was a loop once"
    )

    assert run.outcome == "6 passed"
    assert run.text.count(f"{UNUSED}{line}\n") == 1
    assert run.text.count(f"{UNUSED}") == 1
    assert "test_shop.py:13\n" not in run.text


@pytest.mark.parametrize(
    "part",
    [("-k", "not ignored"), ("test_shop.py::test_cured",), ("--deselect=test_shop.py::test_text",)],
)
def test_a_partial_run_calls_no_comment_unused(made: Project, part: tuple[str, ...]) -> None:
    """Its loop may be in a test that did not run."""
    run = made.run("--querywatch=fail", *part)

    assert run.code == 0
    assert "unused" not in run.text
