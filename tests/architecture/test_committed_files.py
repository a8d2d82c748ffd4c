"""Committed files name nobody's machine, pin exactly, stay small and are finished."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.house import ROOT

MACHINE = re.compile(
    rf"(?<![\w.~}}-])/(?:root|work|tmp)/\w|{re.escape(str(ROOT))}/|{re.escape(str(Path.home()))}/"
)
REGISTRY = re.compile(
    r"\bpypi[.](?:org|python[.]org)\b|pythonhosted[.]org|-index[-]url\b|file:/[/]/"
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b")
PIN = re.compile(r"[\w.-]+==[\w.!+-]+")
LONGEST = 300


def _committed() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file that is committed or about to be."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        if path.is_file():
            yield name, path.read_text(encoding="utf-8", errors="replace")


def _lines(pattern: re.Pattern[str], folders: tuple[str, ...] = ("",)) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in _committed()
        if name.startswith(folders)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_path_of_this_machine() -> None:
    """What is committed means the same on every machine."""
    assert _lines(MACHINE) == []


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the business of whoever installs them."""
    assert _lines(REGISTRY) == []


def test_no_code_is_left_unfinished() -> None:
    """Code says what it does, not what it will do one day."""
    assert _lines(UNFINISHED, ("querywatch/", "example_app/")) == []


def test_no_source_file_is_overgrown() -> None:
    """A file small enough to hold in the head has at most 300 lines."""
    long = [
        name
        for name, text in _committed()
        if name.startswith(("querywatch/", "example_app/")) and name.endswith(".py")
        if len(text.splitlines()) > LONGEST
    ]

    assert long == []


def test_constraints_pin_exactly() -> None:
    """Each constraint is one version of one package and nothing else."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if not (line.startswith("#") or PIN.fullmatch(line))] == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE, f"cd {ROOT}/querywatch"),
        (MACHINE, 'open("/" "tmp/x")'.replace('" "', "")),
        (REGISTRY, "https://" + "pypi" + ".org/project/querywatch"),
        (REGISTRY, "pip install --extra-index" + "-url"),
        (UNFINISHED, "raise NotImplementedError"),
        (UNFINISHED, "# TO" + "DO: later"),
    ],
)
def test_a_line_that_should_not_be_there_is_seen(pattern: re.Pattern[str], line: str) -> None:
    """Each pattern finds what it is meant to find."""
    assert pattern.search(line)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE, "curl localhost:8000/work/orders; ls build/tmp/x; /usr/bin/env bash"),
        (REGISTRY, "pip install querywatch"),
        (UNFINISHED, "todo = NotImplemented"),
    ],
)
def test_an_ordinary_line_is_left_alone(pattern: re.Pattern[str], line: str) -> None:
    """Each pattern passes over what only looks like it."""
    assert not pattern.search(line)
