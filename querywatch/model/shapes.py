"""A dictionary read from JSON, key by key, with words for what is wrong and where."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, get_args

from querywatch.model.query import Origin, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

_ORIGINS: Final[dict[str, Origin]] = {word: word for word in get_args(Origin)}


class Shape:
    """One JSON object and the path that led to it, `recording.queries[3]`."""

    __slots__ = ("data", "where")

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, dict):
            wrong(where or "the report", "an object", data)
        self.data: dict[str, Any] = data
        self.where = where

    def at(self, key: str) -> str:
        """Name *key* of this object by its whole path."""
        return f"{self.where}.{key}" if self.where else key

    def get(self, key: str) -> Any:
        """Return what *key* holds, whatever it is."""
        try:
            return self.data[key]
        except KeyError:
            raise ValueError(f"not a report: {self.at(key)} is missing") from None

    def text(self, key: str) -> str:
        """Return a string."""
        value = self.get(key)
        return value if type(value) is str else wrong(self.at(key), "a string", value)

    def text_or_none(self, key: str) -> str | None:
        """Return a string or None."""
        return None if self.get(key) is None else self.text(key)

    def whole(self, key: str) -> int:
        """Return a whole number."""
        value = self.get(key)
        return value if type(value) is int else wrong(self.at(key), "a whole number", value)

    def whole_or_none(self, key: str) -> int | None:
        """Return a whole number or None."""
        return None if self.get(key) is None else self.whole(key)

    def number(self, key: str) -> float:
        """Return a number."""
        value = self.get(key)
        if type(value) is float or type(value) is int:
            return value
        return wrong(self.at(key), "a number", value)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self.get(key)
        return value if type(value) is bool else wrong(self.at(key), "true or false", value)

    def origin(self, key: str) -> Origin:
        """Return one of the ways a query can come about."""
        value = self.text(key)
        return _ORIGINS[value] if value in _ORIGINS else wrong(self.at(key), "an origin", value)

    def items(self, key: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
        """Return a list, each item of it through *read*."""
        where = self.at(key)
        value = self.get(key)
        if type(value) is not list:
            wrong(where, "a list", value)
        return tuple([read(item, f"{where}[{index}]") for index, item in enumerate(value)])

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings."""
        return self.items(key, text) if self.get(key) != [] else ()

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        return self.items(key, whole) if self.get(key) != [] else ()

    def values(self, key: str) -> tuple[Value, ...]:
        """Return a list of whole numbers and lists of them."""
        return self.items(key, bound) if self.get(key) != [] else ()

    def entry(self, key: str, table: Sequence[T]) -> T:
        """Return the entry of *table* that is numbered here."""
        number = self.whole(key)
        if 0 <= number < len(table):
            return table[number]
        return wrong(self.at(key), f"a number below {len(table)}", number)

    def entry_or_none(self, key: str, table: Sequence[T]) -> T | None:
        """Return the entry of *table* that is numbered here, or None."""
        return None if self.get(key) is None else self.entry(key, table)

    def entries(self, key: str, table: Sequence[T]) -> tuple[T, ...]:
        """Return the entries of *table* that are numbered here."""
        return tuple(
            table[number]
            if 0 <= number < len(table)
            else wrong(f"{self.at(key)}[{index}]", f"a number below {len(table)}", number)
            for index, number in enumerate(self.wholes(key))
        )


def text(value: object, where: str) -> str:
    """Take *value* as a string."""
    return value if type(value) is str else wrong(where, "a string", value)


def whole(value: object, where: str) -> int:
    """Take *value* as a whole number."""
    return value if type(value) is int else wrong(where, "a whole number", value)


def bound(value: object, where: str) -> Value:
    """Take *value* as what stands for a bound value."""
    if type(value) is list:
        return tuple(whole(item, f"{where}[{index}]") for index, item in enumerate(value))
    return whole(value, where)


def wrong(where: str, expected: str, value: object) -> NoReturn:
    """Say what *where* should have held and what it holds."""
    shown = shorten(repr(value), width=80, placeholder="…")
    raise ValueError(f"not a report: {where} must be {expected}, not {shown}")
