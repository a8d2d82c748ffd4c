"""The page about pytest tells commands that work as it says."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

from tests.suite.bookshop_suite import Suite
from tests.suite.project import BASELINE, ROOT
from tests.suite.small import project

PAGE = (ROOT / "docs/pytest.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")

CLIENT = """
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

import shop

app = FastAPI()
app.get("/orders")(shop.{listing})
app.get("/orders/1")(shop.cure)


@pytest.fixture
def client():
    return TestClient(app)


@pytest.fixture
def make_order():
    def make():
        with Session(shop.engine) as session:
            session.add(shop.Order(items=[shop.Item()]))
            session.commit()

    return make
"""


def commands(text: str) -> list[list[str]]:
    """Read the commands of the block that adopts an existing suite."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (block,) = [block for language, block in fenced if "--querywatch-update" in block]
    return [shlex.split(line, comments=True) for line in block.splitlines()]


def test_a_suite_is_adopted_in_five_lines(tmp_path: Path) -> None:
    """Install, look, accept, keep; then what is there passes and what is new fails."""
    suite = Suite(tmp_path, relationships=("Author.books",)).write()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)  # noqa: S607

    install, look, accept, keep, check = commands(PAGE)

    assert install == ["pip", "install", "querywatch[pytest]"]
    assert suite.run(*look[1:]).code == 0
    assert suite.run(*accept[1:]).code == 0
    subprocess.run(keep, cwd=tmp_path, check=True)
    assert suite.run(*check[1:]).code == 0
    new = suite.plant("Author.books")
    assert suite.run(*check[1:]).broken == {new.test}


def test_the_tests_on_the_page_hold_for_an_application_without_loops(tmp_path: Path) -> None:
    """Marks, the fixture, and what does not grow."""
    made = project(tmp_path, examples(PAGE))
    (tmp_path / "conftest.py").write_text(CLIENT.format(listing="cure"))

    run = made.run()

    assert (run.code, run.broken) == (0, set()), run.text
    assert run.outcome.startswith("4 passed")


def test_the_tests_on_the_page_fail_for_an_application_with_one(tmp_path: Path) -> None:
    """The twin: the list loads lazily, and three of the four see it."""
    made = project(tmp_path, examples(PAGE))
    (tmp_path / "conftest.py").write_text(CLIENT.format(listing="sin"))

    run = made.run()

    assert {test.partition("::")[2] for test in run.broken} == {
        "test_the_list_of_orders",
        "test_part_of_a_test",
        "test_the_list_does_not_grow",
    }


def examples(text: str) -> str:
    """Read the tests that the page shows."""
    fenced = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return next(block for block in fenced if "def test_" in block)


def test_what_is_kept_is_the_baseline(tmp_path: Path) -> None:
    """The page adds the file that the option writes."""
    *_, keep, _ = commands(PAGE)

    assert keep == ["git", "add", BASELINE]


def test_a_suite_may_be_configured_instead(tmp_path: Path) -> None:
    """With the ini key plain pytest holds the line."""
    suite = Suite(tmp_path, relationships=("Author.books",)).write()
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(pyproject.read_text() + 'querywatch = "fail"\n')

    run = suite.run()

    assert run.broken == {planted.test for planted in suite.planted}


def test_the_readme_tells_the_same_commands() -> None:
    """What a reader copies from either works."""
    page = [command for command in commands(PAGE) if command[0] == "pytest"]

    assert [command for command in commands(README) if command[0] == "pytest"] == page


def test_every_option_of_the_page_exists(tmp_path: Path) -> None:
    """And every option that exists is on the page."""
    told = set(re.findall(r"--querywatch[a-z-]*", PAGE))

    run = Suite(tmp_path, relationships=("Author.books",)).write().run("--help")

    assert told == set(re.findall(r"--querywatch[a-z-]*", run.text))


def test_every_ini_key_of_the_page_exists(tmp_path: Path) -> None:
    """And the other way round."""
    told = set(re.findall(r"^\|.*\| `(querywatch[a-z_]*)` \|", PAGE, re.MULTILINE))

    run = Suite(tmp_path, relationships=("Author.books",)).write().run("--help")

    keys = set(re.findall(r"^  (querywatch[a-z_]*) \(", run.text, re.MULTILINE))
    assert told == keys
    assert len(told) == 5
