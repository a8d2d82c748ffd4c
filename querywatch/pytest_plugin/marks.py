"""What the marks on a test demand; the nearest mark wins, argument by argument."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from querywatch.errors import ConfigurationError
from querywatch.limits import Limits
from querywatch.pytest_plugin.asleep import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

ARGUMENTS: Final = ("max_queries", "max_db_seconds", "allow", "detect", "count")


class Demands(NamedTuple):
    """What a test is held to; `detect` None leaves its findings to the mode of the run."""

    limits: Limits
    detect: object = None
    count_all: bool = False


# What most tests of a watched run are held to.
_NOTHING: Final = Demands(Limits())


def demands_of(item: pytest.Item) -> Demands:
    """Read the marks of *item*; a mark that says nothing known fails the test in words."""
    marks = _nearest_first(item)
    if not marks:
        return _NOTHING
    found: dict[str, Any] = {}
    for mark in marks:
        for name, value in _arguments(mark, item):
            found.setdefault(name, value)
    return _checked(found, item)


def _checked(found: dict[str, Any], item: pytest.Item) -> Demands:
    count = found.pop("count", "body")
    if count not in {"body", "all"}:
        _refuse(item, "querywatch", f"count must be 'body' or 'all', not {count!r}")
    try:
        limits = Limits(**{name: value for name, value in found.items() if value is not None})
    except ConfigurationError as error:
        _refuse(item, "querywatch", str(error))
    return Demands(limits, found.get("detect"), count == "all")


def _nearest_first(item: pytest.Item) -> list[pytest.Mark]:
    marks = [mark for mark in item.iter_markers() if mark.name in NAMES]
    if not marks:
        return marks
    # pytest lists the marks of a parameter set behind those of its function.
    of_set = getattr(getattr(item, "callspec", None), "marks", ())
    return [*(mark for mark in of_set if mark.name in NAMES), *marks]


def _arguments(mark: pytest.Mark, item: pytest.Item) -> Iterator[tuple[str, Any]]:
    if mark.name == "max_queries":
        yield "max_queries", _only_limit(mark, item)
        return
    if mark.args:
        _refuse(item, mark.name, f"takes arguments by name only, not {mark.args[0]!r}")
    for name, value in mark.kwargs.items():
        if name not in ARGUMENTS:
            from difflib import get_close_matches  # noqa: PLC0415 - only for a typo

            close = get_close_matches(name, ARGUMENTS, n=1)
            hint = f" (did you mean {close[0]}?)" if close else ""
            known = ", ".join(ARGUMENTS)
            _refuse(item, mark.name, f"unknown argument {name!r}{hint}; valid are {known}")
        yield name, value


def _only_limit(mark: pytest.Mark, item: pytest.Item) -> object:
    given = [*mark.args, *mark.kwargs.values()]
    if len(given) != 1 or set(mark.kwargs) - {"limit"}:
        _refuse(item, mark.name, "takes one number, as in max_queries(2); valid is limit")
    return given[0]


def _refuse(item: pytest.Item, mark: str, problem: str) -> None:
    pytest.fail(f"mark {mark} on {item.nodeid}: {problem}", pytrace=False)
