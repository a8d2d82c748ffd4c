"""Rows that factories make: what one writes in the body of a test is no part of what is tested."""

from __future__ import annotations

from functools import cached_property, lru_cache, partial
from inspect import unwrap
from pathlib import Path, PurePath
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final

from querywatch.capture.origins import FACTORIES
from querywatch.detectors.evidence import is_write
from querywatch.resolve.sites import display_path, function_name, project_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

    from querywatch.model import Query, Report

_FOLDERS: Final = frozenset({"test", "tests"})
_NAMES: Final = ("factor", "fixture")
_WRITING: Final = frozenset({"flush", "bulk", "refresh"})


class Factories:
    """Tells which queries in the body of one test made its rows.

    They are writes, and what is read again after one, that a factory sent: a function that a
    fixture hands to the test, a module below `tests` that is named for factories or fixtures, or
    a library of factories. What a line of the application sends for one is the application's.
    """

    def __init__(self, item: pytest.Item) -> None:
        # A test may be inherited from a class of another file.
        functions = _functions([getattr(item, "obj", None)])
        self._files = {_shown(str(item.path)), *(file for file, _ in functions)}
        self._fixtures = getattr(item, "funcargs", None) or {}

    @cached_property
    def _handed(self) -> set[tuple[str, str]]:
        # A fixture may as well hand out a function of the application.
        functions = _functions(self._fixtures.values())
        return {one for one in functions if self._is_test_code(one[0])}

    def made(self, report: Report) -> frozenset[int]:
        """Return the numbers of the queries that made rows."""
        return frozenset(query.number for query in report.queries if self._has_made(query))

    def sent(self, frames: tuple[Any, ...]) -> bool:
        """Tell whether a factory sent what ran below *frames*, as a record has them."""
        return self._is_sender(_place(code) for code in frames[::2] if code is not None)

    def _has_made(self, query: Query) -> bool:
        if query.origin not in _WRITING and not _rereads(query) and not is_write(query):
            return False
        return self._is_sender((site.file, site.function) for site in query.stack)

    def is_test_code(self, filename: str) -> bool:
        """Tell whether *filename*, as code has it, is there for tests alone."""
        return self._is_test_code(_shown(filename))

    def _is_sender(self, places: Iterable[tuple[str, str]]) -> bool:
        for file, function in places:
            if file not in self._files and is_factory(file):
                return True
            # Most is sent by a line of the application, which settles it.
            if not self._is_test_code(file):
                return False
            if (file, function) in self._handed:
                return True
        return False

    def _is_test_code(self, file: str) -> bool:
        return file in self._files or is_test_code(file)


def _functions(values: Iterable[object]) -> Iterator[tuple[str, str]]:
    for value in values:
        found = value.func if isinstance(value, partial) else value
        found = found.__func__ if isinstance(found, MethodType) else found
        if isinstance(found, FunctionType):
            yield _place(unwrap(found).__code__)


def _place(code: CodeType) -> tuple[str, str]:
    return _shown(code.co_filename), function_name(code.co_qualname)


# Asked for every frame, and for a few files.
_shown: Final = lru_cache(maxsize=1024)(display_path)


def _rereads(query: Query) -> bool:
    return query.origin == "column" and query.load is not None and query.load.cause == "expired"


@lru_cache(maxsize=1024)
def is_factory(file: str) -> bool:
    """Tell whether *file*, as a call site has it, is there to make rows."""
    folders = file.split("/")
    if folders[0] in FACTORIES:
        # Not where the application itself has a package of that name.
        return not Path(project_root(), file).exists()
    return is_test_code(file) and any(name in folder for folder in folders for name in _NAMES)


@lru_cache(maxsize=1024)
def is_test_code(file: str) -> bool:
    """Tell whether *file* is there for tests alone."""
    path = PurePath(file)
    if path.name == "conftest.py":
        return True
    # Above the project a folder may have any name.
    return not path.is_absolute() and not _FOLDERS.isdisjoint(path.parts[:-1])
