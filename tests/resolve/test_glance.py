"""What can be told of statements at a glance: no repeat is ever missed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings

from querywatch.capture import RawRecord, orm
from querywatch.capture.statement import Statement
from querywatch.fingerprint import fingerprint
from querywatch.resolve.glance import durations_apart, is_setup
from tests.fingerprint import different, public, same
from tests.fingerprint.test_any_text import SOUP


def raw(sql: str, dialect: str = "", load: orm.Load | None = None) -> RawRecord:
    """Make the record of a statement of its own."""
    statement = Statement(sql, dialect)
    return RawRecord(statement, 0.0, 0.1, load, 0, (), (), 1, None, 1, 1, None, None, None)


def may_repeat(records: Sequence[RawRecord]) -> bool:
    """Tell whether any two of *records* may be a repeat, whatever they would be otherwise."""
    for record in records:
        record.statement.is_setup = False
    return durations_apart(records) is None


@pytest.mark.parametrize(("dialect", "one", "other"), same.PAIRS)
def test_two_statements_of_one_shape_may_be_a_repeat(dialect: str, one: str, other: str) -> None:
    """However they are written, and with another statement between them."""
    between = raw("SELECT something FROM elsewhere", dialect)

    assert may_repeat([raw(one, dialect), between, raw(other, dialect)])
    assert may_repeat([raw(other, dialect), raw(one, dialect)])


@pytest.mark.parametrize(("dialect", "one", "other"), different.PAIRS)
def test_two_statements_of_two_shapes_are_none(dialect: str, one: str, other: str) -> None:
    """The twin: not even where they begin alike."""
    assert not may_repeat([raw(one, dialect), raw(other, dialect)])


@pytest.mark.parametrize("dialect", same.DIALECTS)
@settings(deadline=None)
@given(sql=SOUP)
def test_a_text_and_its_fingerprint_may_be_a_repeat(dialect: str, sql: str) -> None:
    """Whatever the text is made of."""
    assert may_repeat([raw(sql, dialect), raw(fingerprint(sql, dialect), dialect)])


@pytest.mark.parametrize(("source", "dialect"), public.GROUPS)
def test_statements_of_other_values_may_be_repeats(source: str, dialect: str) -> None:
    """Those that no one here wrote, too."""
    cases = public.cases(source, dialect)
    missed = [
        case
        for case in cases
        if not may_repeat(
            [raw("".join(case), dialect), raw(public.with_other_values(case), dialect)]
        )
    ]

    assert missed == []


VALUES = ["1", ":value", "true", "FALSE", "'x'", "E'x'", "n'x'", "x'00'"]


@pytest.mark.parametrize("dialect", same.DIALECTS)
@pytest.mark.parametrize("one", VALUES)
@pytest.mark.parametrize("other", VALUES)
def test_a_value_behind_from_is_no_table(dialect: str, one: str, other: str) -> None:
    """Values of any kind stand behind `IS DISTINCT FROM`."""
    sql = "SELECT a IS DISTINCT FROM {} FROM t"
    texts = [sql.format(one), sql.format(other)]
    alike = fingerprint(texts[0], dialect) == fingerprint(texts[1], dialect)

    assert may_repeat([raw(text, dialect) for text in texts]) is alike


def test_a_name_that_goes_on_where_the_text_was_cut_is_no_opening() -> None:
    """Two literals of unequal length move the same name across the cut."""
    columns = ", ".join(f"column_{number:03}" for number in range(140))
    texts = [f"SELECT {'9' * zeros}, {columns} FROM books" for zeros in range(1, 400)]

    assert all(may_repeat([raw(texts[0]), raw(text)]) for text in texts[1:])


def test_two_loads_for_objects_may_be_a_loop() -> None:
    """One relationship may take several statements."""
    lazy: orm.Load = (orm.LAZY, object, None)

    assert may_repeat([raw("SELECT a FROM one", load=lazy), raw("SELECT b FROM two", load=lazy)])


@pytest.mark.parametrize("load", [(orm.LAZY, object, None), (orm.EAGER, None, "selectinload")])
def test_one_load_is_no_loop(load: orm.Load) -> None:
    """Nor are eager ones: a query has as many as it has options."""
    loads = [raw("SELECT a FROM one", load=load), raw("SELECT b FROM two")]

    assert not may_repeat(loads)


@pytest.mark.parametrize(
    ("sql", "sets_up"),
    [
        ("SAVEPOINT sa_savepoint_1", True),
        ("/* trace */ release savepoint a", True),
        ("  PRAGMA foreign_keys = ON", True),
        ("SELECT 1", False),
        ("SETTLE", False),
        ("", False),
    ],
)
def test_transaction_control_is_told_by_its_first_word(sql: str, sets_up: bool) -> None:  # noqa: FBT001
    """It is counted apart from queries."""
    assert is_setup(Statement(sql, "")) is sets_up
