"""What raw records tell at a glance: that nothing in them can be a repeat of another."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from querywatch.capture import orm
from querywatch.capture.record import Batch
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
_IN_SETUP: Final = orm.IN_SETUP[0]
_WRITING: Final = frozenset({orm.COLUMN, orm.REFRESH, orm.FLUSH, orm.BULK})
_FOR_AN_OBJECT: Final = frozenset({orm.LAZY, orm.COLUMN, orm.REFRESH})


def is_setup(statement: Statement) -> bool:
    """Tell whether *statement* controls a transaction or sets a connection up."""
    if statement.is_setup is None:
        statement.is_setup = _SETUP.match(statement.sql[:_SETUP_LENGTH]) is not None
    return statement.is_setup


def durations_apart(records: Iterable[tuple[Any, ...]]) -> list[float] | None:
    """Return the seconds of each query, None where two of them may be a repeat or a loop.

    What is returned is certain: no two are of one statement, and at most one was loaded for an
    object. Most statements are told apart by their first words alone; only those that share them
    are read as a whole.
    """
    alike: dict[str, list[Statement]] = {}
    known: set[Statement] = set()
    durations: list[float] = []
    loads = 0
    last_batch = None
    for raw in records:
        statement, load, batch = raw[0], raw[3], raw[10]
        if is_setup(statement) or load is _IN_SETUP:
            continue
        if batch is not None and batch is last_batch:
            durations[-1] += raw[2] - raw[1]
            continue
        loads += load is not None and load[0] in _FOR_AN_OBJECT
        if statement in known or loads > 1:
            return None
        last_batch = batch if batch.__class__ is Batch else None
        known.add(statement)
        durations.append(raw[2] - raw[1])
        opening = _opening(statement.sql[:_OPENING_LENGTH], statement.dialect)
        alike.setdefault(opening, []).append(statement)
    if "" in alike:
        # What has no opening of this kind may be like any other.
        return None if _have_one_fingerprint(known) else durations
    if any(len(some) > 1 and _have_one_fingerprint(some) for some in alike.values()):
        return None
    return durations


def is_write(raw: tuple[Any, ...]) -> bool:
    """Tell whether a record changed rows or tables."""
    # Of those no values are kept.
    return not raw[0].keeps_values and not is_setup(raw[0])


def writers(records: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the frames of what is a write, or what an object may be read again by."""
    return [
        raw[5]
        for raw in records
        if raw[5] and (is_write(raw) or (raw[3] is not None and raw[3][0] in _WRITING))
    ]


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
