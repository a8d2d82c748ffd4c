"""A suite of 300 tests of a bookshop, 40 of which run into an N+1 planted in the application."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from tests.suite.project import Project, append
from tests.suite.templates import APP, CONFTEST, PAGES, PAIR, PYPROJECT, TEST_PAIR, TESTS

RELATIONSHIPS: Final = (
    "Author.books",
    "Author.awards",
    "Publisher.books",
    "Category.books",
    "Book.author",
    "Book.reviews",
    "Customer.orders",
    "Customer.addresses",
    "Order.lines",
    "OrderLine.book",
)
WAYS: Final = ("listed", "summed", "shown", "awaited")
TESTS_IN_ALL: Final = 300


class Planted(NamedTuple):
    """One N+1: what a baseline calls it, and the test that runs into it."""

    subject: str
    file: str
    function: str
    test: str


@dataclass
class Suite(Project):
    """The suite, or the part of it about some *relationships*, in a folder of its own."""

    relationships: tuple[str, ...] = RELATIONSHIPS

    @property
    def planted(self) -> set[Planted]:
        """The N+1s that it comes with."""
        return {_planted(relationship, way) for relationship in self.relationships for way in WAYS}

    def write(self) -> Suite:
        """Write the application and its tests."""
        app = self.folder / "bookshop"
        shutil.copytree(
            Path(__file__).parent / "bookshop", app, ignore=shutil.ignore_patterns("__pycache__")
        )
        (self.folder / "tests").mkdir()
        (self.folder / "tests/conftest.py").write_text(CONFTEST)
        (self.folder / "pyproject.toml").write_text(PYPROJECT)
        modules = ", ".join(map(_module, self.relationships))
        (app / "app.py").write_text(APP.substitute(modules=modules))
        for relationship in self.relationships:
            names = _names(relationship)
            append(app / f"{names['module']}.py", PAGES.substitute(names))
            append(self._tests_of(relationship), TESTS.substitute(names))
            self._pair(relationship, "")
            self._pair(relationship, "_eagerly", cured=True)
        return self

    def accept(self, planted: set[Planted]) -> None:
        """Write the baseline that accepts *planted*, as an update does."""
        lines = [
            json.dumps({"code": "QW101", "subject": subject, "file": file, "function": function})
            for subject, file, function, _ in sorted(planted)
        ]
        self.baseline.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")

    def plant(self, relationship: str) -> Planted:
        """Add one more N+1 and the test that runs into it."""
        names = _names(relationship) | {"suffix": "_again", "options": ""}
        page = PAIR.substitute(names).strip().split("\n\n\n")[0]
        test = TEST_PAIR.substitute(names).strip().split("\n\n\n")[0]
        append(self._pages_of(relationship), f"\n\n{page}\n")
        append(self._tests_of(relationship), f"\n\n{test}\n")
        return _planted(relationship, "listed", "_again")

    def cure(self, relationship: str, way: str) -> Planted:
        """Take one N+1 away: load eagerly in its function."""
        page = self._pages_of(relationship)
        head, function, rest = re.split(rf"(def {way}\()", page.read_text(), maxsplit=1)
        query = f"select({_names(relationship)['parent']})"
        cured = rest.replace(query, query + _options(relationship), 1)
        page.write_text(head + function + cured)
        return _planted(relationship, way)

    def _pair(self, relationship: str, suffix: str, *, cured: bool = False) -> None:
        options = _options(relationship) if cured else ""
        names = _names(relationship) | {"suffix": suffix, "options": options}
        append(self._pages_of(relationship), PAIR.substitute(names))
        append(self._tests_of(relationship), TEST_PAIR.substitute(names))

    def _pages_of(self, relationship: str) -> Path:
        return self.folder / f"bookshop/{_module(relationship)}.py"

    def _tests_of(self, relationship: str) -> Path:
        return self.folder / f"tests/test_{_module(relationship)}.py"


def _planted(relationship: str, way: str, suffix: str = "") -> Planted:
    module = _module(relationship)
    test = f"tests/test_{module}.py::test_all_are_{way}{suffix}"
    return Planted(relationship, f"bookshop/{module}.py", way + suffix, test)


def _module(relationship: str) -> str:
    return relationship.lower().replace(".", "_")


def _names(relationship: str) -> dict[str, str]:
    parent, relation = relationship.split(".")
    return {"module": _module(relationship), "parent": parent, "relation": relation}


def _options(relationship: str) -> str:
    return f".options(selectinload({relationship}))"
