"""The page about pytest tells commands that work as it says."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

from tests.suite.bookshop_suite import Suite
from tests.suite.project import BASELINE, ROOT

PAGE = (ROOT / "docs/pytest.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


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
