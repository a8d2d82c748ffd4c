"""Checks of one option's value: each returns the value in its final form or refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NoReturn, TypeAlias

from querywatch.errors import ConfigurationError

Check: TypeAlias = Callable[[object, str], Any]

# The model holds what they mean, and lies no lower than this room: a test keeps the two equal.
CODES: Final = frozenset(
    """QW101 QW102 QW103 QW104 QW201 QW202 QW203 QW301 QW302 QW303
    QW401 QW402 QW403 QW404 QW405 QW406 QW407""".split()  # noqa: SIM905 - a table, not a list
)

_WORDS: Final = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


def flag(value: object, name: str) -> bool:
    """Accept True and False."""
    if isinstance(value, bool):
        return value
    return refuse(name, "must be true or false", value)


def one_of(*choices: str) -> Check:
    """Make a check that accepts the named words."""
    listed = f"must be {', '.join(map(repr, choices[:-1]))} or {choices[-1]!r}"

    def check(value: object, name: str) -> str:
        if isinstance(value, str) and value in choices:
            return value
        return refuse(name, listed, value)

    return check


def count(value: object, name: str) -> int:
    """Accept a whole number from 1."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    return refuse(name, "must be a whole number above 0", value)


def seconds(value: object, name: str) -> float:
    """Accept a number of seconds above 0; infinity is one."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return float(value)
    return refuse(name, "must be a number of seconds above 0", value)


def share(value: object, name: str) -> float:
    """Accept a number from 0 to 1."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    return refuse(name, "must be between 0 and 1", value)


def names(value: object, name: str) -> tuple[str, ...]:
    """Accept a list of words that are not empty."""
    return _strings(value, name, "names", "app")


def paths(value: object, name: str) -> tuple[str, ...]:
    """Accept a list of URL paths; a closing slash makes no difference."""
    listed = _strings(value, name, "paths", "/healthz")
    for path in listed:
        if not path.startswith("/"):
            refuse(name, "must hold paths that start with a slash", path)
    return tuple(path.rstrip("/") or "/" for path in listed)


def codes(value: object, name: str) -> tuple[str, ...]:
    """Accept a list of the rule book's codes."""
    listed = _strings(value, name, "codes", "QW101")
    for code in listed:
        if code not in CODES:
            refuse(name, f"must hold codes from {min(CODES)} to {max(CODES)}", code)
    return listed


def _strings(value: object, name: str, what: str, example: str) -> tuple[str, ...]:
    listed = f'must be a list of {what} such as ["{example}"]'
    if isinstance(value, str):
        # Iterating it would silently make a list of its letters.
        raise ConfigurationError(f"{name} {listed}, not the bare string {value!r}")
    if not isinstance(value, Iterable) or isinstance(value, bytes | dict):
        return refuse(name, listed, value)
    items = tuple(value)
    for item in items:
        if not isinstance(item, str) or not item:
            refuse(name, listed + ", all of them words", item)
    return items


def refuse(name: str, rule: str, value: object) -> NoReturn:
    """Say in words which option has a value it cannot have."""
    raise ConfigurationError(f"{name} {rule}, not {value!r}")


def parsed(check: Check, text: str) -> object:
    """Turn the *text* of an environment variable into what *check* expects, or leave it."""
    if check is flag:
        return _WORDS.get(text.lower(), text)
    if check in (names, paths, codes):
        return [item for part in text.split(",") if (item := part.strip())]
    if check in (count, seconds, share):
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text
