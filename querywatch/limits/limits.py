"""The limits somebody wrote for one unit of work, refused in words where they are wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn

from querywatch.allowances import checked_code, checked_subject, is_named
from querywatch.errors import ConfigurationError
from querywatch.model import KINDS

if TYPE_CHECKING:
    from querywatch.model import Finding

LOOPS = tuple(code for code in KINDS if code.startswith("QW1"))
"""The N+1 family."""


class Limits:
    """What is demanded of one unit of work; None and False demand nothing.

    `detect` objects to findings: True to all, a code or kind or a list of them to those. It
    also objects where a loop could not have been seen, for only one row was there. `allow` names
    what is not objected to, as `querywatch.allow()` does. Raises ConfigurationError.
    """

    def __init__(
        self,
        *,
        exact_queries: int | None = None,
        max_queries: int | None = None,
        max_db_seconds: float | None = None,
        allow: Iterable[str] = (),
        detect: bool | str | Iterable[str] = False,
    ) -> None:
        _check_count("exact_queries", exact_queries)
        _check_count("max_queries", max_queries)
        _check_seconds("max_db_seconds", max_db_seconds)
        self.exact_queries = exact_queries
        self.max_queries = max_queries
        self.max_db_seconds = max_db_seconds
        self.allow = tuple(checked_subject(name) for name in _listed("allow", allow))
        self.detect = _detected(detect)
        self.demanded = self._demanded()
        """The limits that only hold where SQL is seen, as one would write them: "" for none."""

    def _demanded(self) -> str:
        given = {
            "exactly": self.exact_queries,
            "max_queries": self.max_queries,
            "max_db_seconds": self.max_db_seconds,
        }
        named = [f"{name}={value}" for name, value in given.items() if value is not None]
        return ", ".join([*named, "detect"] if self.detect else named)

    def allows(self, finding: Finding) -> bool:
        """Tell whether `allow` names *finding*."""
        return any(is_named(finding, subject) for subject in self.allow)

    def objected(self, findings: Iterable[Finding]) -> list[Finding]:
        """List those of *findings* that `detect` objects to."""
        codes = tuple(KINDS) if self.detect is True else self.detect or ()
        return [one for one in findings if one.code in codes and not self.allows(one)]


def _check_count(name: str, value: object) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if value is not None and not (whole and int(str(value)) >= 0):
        _refuse(name, "must be a whole number from 0", value)


def _check_seconds(name: str, value: object) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is not None and not (number and float(str(value)) > 0):
        _refuse(name, "must be a number of seconds above 0", value)


def _listed(name: str, value: object) -> tuple[object, ...]:
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        _refuse(name, 'must be a list such as ["Order.items"]', value)
    return tuple(value)


def _detected(value: object) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    names = (value,) if isinstance(value, str) else _listed("detect", value)
    return tuple(_code_of(name) for name in names)


def _code_of(name: object) -> str:
    for code, kind in KINDS.items():
        if name in {code, kind}:
            return code
    return checked_code("detect", str(name))


def _refuse(name: str, rule: str, value: object) -> NoReturn:
    raise ConfigurationError(f"{name} {rule}, not {value!r}")
