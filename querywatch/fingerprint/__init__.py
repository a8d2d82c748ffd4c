"""A statement's shape: its fingerprint, its summary, and what its values are for."""

from functools import lru_cache
from typing import Final, NamedTuple

from querywatch.fingerprint.emitter import Emitter
from querywatch.fingerprint.summary import summarize
from querywatch.fingerprint.tokens import MARK, lexer
from querywatch.fingerprint.values import Slot

__all__ = ["MAX_SQL_LENGTH", "Shape", "Slot", "fingerprint", "shape", "summary"]

MAX_SQL_LENGTH: Final = 100_000
"""Characters looked at; a longer text is cut there, and its fingerprint ends in `…`."""

_CACHED_LENGTH: Final = 10_000
_CACHED_SHAPES: Final = 1_000


class Shape(NamedTuple):
    """What all statements that differ only in their values have in common.

    `text` is the fingerprint and `summary` OpenTelemetry's `db.query.summary`. `slots` tells
    what each `?` stood for, in order. `ordered` says that the statement itself, not a
    sub-query, has an ORDER BY; `truncated` that only its beginning was looked at or is shown.
    """

    text: str
    summary: str
    slots: tuple[Slot, ...]
    ordered: bool
    truncated: bool


def fingerprint(sql: str, dialect: str = "") -> str:
    """Return *sql* without its values and comments, written in one canonical way.

    *dialect* is a SQLAlchemy dialect name; any other than postgresql, mysql, mariadb, sqlite,
    mssql and oracle is read by rules that most databases share.
    """
    return shape(sql, dialect).text


def summary(sql: str, dialect: str = "") -> str:
    """Return `db.query.summary` as OpenTelemetry defines it: operations and their targets."""
    return shape(sql, dialect).summary


def shape(sql: str, dialect: str = "") -> Shape:
    """Return the shape of *sql*; those of statements of ordinary length are cached."""
    return _cached(sql, dialect) if len(sql) <= _CACHED_LENGTH else _shape(sql, dialect)


def _shape(sql: str, dialect: str) -> Shape:
    rules = lexer(dialect)
    tokens = rules.tokens(sql[:MAX_SQL_LENGTH])
    truncated = len(sql) > MAX_SQL_LENGTH
    if truncated:
        tokens.append(("mark", MARK))
    emitter = Emitter(rules)
    text = emitter.write(tokens)
    if len(text) > MAX_SQL_LENGTH:
        text, truncated = emitter.beginning(MAX_SQL_LENGTH - len(MARK)) + MARK, True
    slots = tuple(value.slot() for value in emitter.values)
    return Shape(text, summarize(tokens), slots, emitter.ordered, truncated)


_cached = lru_cache(_CACHED_SHAPES)(_shape)
