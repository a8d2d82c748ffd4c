"""What raw records tell at a glance: whether anything in them can be a repeat of another."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from querywatch.capture import orm
from querywatch.fingerprint import shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from querywatch.capture.statement import Statement

_SETUP: Final = re.compile(
    r"\s*(?:/\*.*?\*/\s*)*"
    r"(?:SAVEPOINT|SAVE\s+TRAN(?:SACTION)?|RELEASE|ROLLBACK|BEGIN|COMMIT|START\s+TRANSACTION"
    r"|PRAGMA|SET|SHOW|USE|DISCARD)\b",
    re.IGNORECASE | re.DOTALL,
)
# Up to the first table, and nothing before it that a fingerprint leaves out: no comment and no
# text in quotes. Of its name the letters before any figure. Where a value may stand instead,
# behind IS DISTINCT FROM, `E'x'` is one.
_OPENING: Final = re.compile(
    r"\s*(?:UPDATE|(?:SELECT|DELETE)\b[^'\"`$/#-]*?\bFROM|INSERT\b[^'\"`$/#-]*?\bINTO)"
    r"\s+(?P<quote>[\"`\[]?)(?P<name>[^\W\d]+)(?!\w*')",
    re.IGNORECASE,
)
# Elsewhere what stands in double quotes may be a text.
_QUOTING_NAMES: Final = frozenset({"postgresql", "sqlite", "oracle"})
# Characters that are looked at, and how many texts of that length are remembered.
_SETUP_LENGTH: Final = 200
_OPENING_LENGTH: Final = 2_000
_CACHED_OPENINGS: Final = 1_000
_FOR_AN_OBJECT: Final = frozenset({orm.LAZY, orm.COLUMN, orm.REFRESH})


def is_setup(statement: Statement) -> bool:
    """Tell whether *statement* controls a transaction or sets a connection up."""
    if statement.is_setup is None:
        statement.is_setup = _SETUP.match(statement.sql[:_SETUP_LENGTH]) is not None
    return statement.is_setup


def may_repeat(raws: Iterable[tuple[Any, ...]]) -> bool:
    """Tell whether two of *raws* may have run one statement, or loaded for an object each.

    False is certain. Most statements are told apart by their first words alone; only those
    that share them are read as a whole.
    """
    alike: defaultdict[str, list[Statement]] = defaultdict(list)
    known: set[Statement] = set()
    loads = 0
    for raw in raws:
        statement, load = raw[0], raw[3]
        loads += load is not None and load[0] in _FOR_AN_OBJECT
        if statement in known or loads > 1:
            return True
        known.add(statement)
        opening = _opening(statement.sql[:_OPENING_LENGTH], statement.dialect)
        alike[opening].append(statement)
    if alike[""]:
        # What has no opening of this kind may be like any other.
        return _have_one_fingerprint(known)
    return any(len(some) > 1 and _have_one_fingerprint(some) for some in alike.values())


@lru_cache(_CACHED_OPENINGS)
def _opening(beginning: str, dialect: str) -> str:
    found = _OPENING.match(beginning)
    if found is None or (found["quote"] == '"' and dialect not in _QUOTING_NAMES):
        return ""
    if found.end() == _OPENING_LENGTH:
        # The name may go on where the text was cut.
        return ""
    return f"{beginning.lstrip()[0]} {found['name']}".lower()


def _have_one_fingerprint(statements: Iterable[Statement]) -> bool:
    texts = [shape(statement.sql, statement.dialect).text for statement in statements]
    return len(set(texts)) < len(texts)
