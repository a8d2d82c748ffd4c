"""Laws that hold for any text at all: hostile, cut, binary, or long."""

from __future__ import annotations

from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywatch.fingerprint import MAX_SQL_LENGTH, fingerprint, shape
from querywatch.fingerprint.tokens import lexer
from tests.fingerprint.same import DIALECTS

# ruff: noqa: SIM905 - seventy tokens read better than seventy strings
PIECES = """
    SELECT select FROM WHERE AND IN VALUES VALUE INTO INSERT UPDATE SET BETWEEN LIMIT LIKE IS NOT
    NULL ARRAY CAST AS DATE date interval ROW key first day END a items.id "q" `b` [c] 'x' 'it''s'
    1 2.5 .5 -1 0x1F E'a\\'b' $$d$$ $t$x$t$ $1 $1::INT :x :1 ? ?1 ?? ?| %s %(n)s @p1 @v ( ) [ ] ,
    . ; :: : + - * / ~ = < >= -> ->> || @> # -- /* */ /*!5 ' " ` $ $a$ N'x' q'[z]' _utf8'x' 1e
    … SAVEPOINT RELEASE TO CREATE USER PASSWORD IDENTIFIED BY count ANY __[POSTCOMPILE_a] 1abc
    UNION { } \\ é ON
""".split()
SOUP = st.lists(
    st.tuples(st.sampled_from([*PIECES, "\n", "\x00"]), st.sampled_from(["", " "])), max_size=12
).map(lambda pairs: "".join(piece + blank for piece, blank in pairs))
HOSTILE = [
    *("/* ", "/*", "*/", "--", "--\n", "#", "'", '"', "`", "[", "]", "(", ")", "$", "$a$", "$a$b"),
    *("VALUES (", "VALUES (1),", "IN (", "IN (1,", "IN ((1,1),", "((1),(1)),", "(1,(", "ARRAY["),
    *("1e1e", "1_", "0x", ".", "..", "::", "::a", ":a", ":", "?", "??", "?|", "@", "%(", "%(a"),
    *("__[POSTCOMPILE_", "__[POSTCOMPILE_a~~", "q'[", "q'", "e'\\", "x'", "_utf8 ", "\\", "{"),
    *(" ", "\n", "\x00", "é", "…", "word ", "a,", "a.", "- ", "-", "~", "SELECT ", "(SELECT "),
    *("WITH a AS (", "FROM a,", "JOIN a ", "AND ", "CASE WHEN ", "'a'", "'a' ", "1 ", ";", "; "),
    *("CREATE USER ", "IDENTIFIED BY ", "PASSWORD ", "SAVEPOINT ", "$1::a.", "x[", "x[:", "/*!"),
]


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(deadline=None)
@given(sql=SOUP)
def test_any_mixture_of_tokens_is_read_the_same_again(dialect: str, sql: str) -> None:
    """Idempotence does not depend on the text being SQL."""
    found = fingerprint(sql, dialect)

    assert fingerprint(found, dialect) == found


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(deadline=None)
@given(sql=st.text())
def test_any_text_has_a_shape(dialect: str, sql: str) -> None:
    """No text raises, lone surrogates and control characters included."""
    found = shape(sql, dialect)

    assert fingerprint(found.text, dialect) == found.text
    assert len(found.summary) <= 255


@settings(deadline=None)
@given(data=st.binary())
def test_binary_read_as_text_has_a_shape(data: bytes) -> None:
    """What is no text in any encoding does not raise either."""
    text = data.decode("latin-1")

    assert fingerprint(fingerprint(text)) == fingerprint(text)


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(deadline=None)
@given(value=st.text(alphabet='abc xyz01/*-#;()[]{}?%:@$,."`\n', min_size=1))
def test_no_string_leaks_whatever_is_in_it(dialect: str, value: str) -> None:
    """A literal is one value up to its closing quote."""
    found = fingerprint(f"SELECT a FROM t WHERE b = '{value}' AND c = '{value}'", dialect)

    assert found == "SELECT a FROM t WHERE b = ? AND c = ?"


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(deadline=None)
@given(number=st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_no_number_leaks_however_it_is_written(dialect: str, number: float) -> None:
    """Signs and exponents belong to the number."""
    assert fingerprint(f"SELECT a FROM t WHERE b = {number}", dialect) == (
        "SELECT a FROM t WHERE b = ?"
    )


@settings(deadline=None)
@given(values=st.lists(st.sampled_from(["1", "-2.5", "'x'", "?", ":a", "N'y'"]), min_size=1))
def test_a_list_of_values_is_one_value(values: list[str]) -> None:
    """Of any length, in any order."""
    found = shape(f"SELECT a FROM t WHERE b IN ({', '.join(values)})")

    assert found.text == "SELECT a FROM t WHERE b IN (?)"
    assert found.slots[0].source == tuple(values)


@pytest.mark.parametrize(("piece", "dialect"), list(zip(HOSTILE, cycle(DIALECTS), strict=False)))
def test_a_hostile_megabyte_is_cut_and_reads_the_same_again(piece: str, dialect: str) -> None:
    """Nothing hangs or raises; what was cut is marked, and only that."""
    found = shape(piece * (1_000_000 // len(piece)), dialect)

    assert len(found.text) <= MAX_SQL_LENGTH
    assert found.truncated
    assert fingerprint(found.text, dialect) == found.text


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_reads_the_same_again_in_every_dialect(piece: str) -> None:
    """Quotes, comments and brackets without end."""
    shapes = [(name, fingerprint(piece * 200, name)) for name in DIALECTS]

    assert [(name, fingerprint(found, name)) for name, found in shapes] == shapes


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("piece", HOSTILE)
def test_no_character_is_read_twice(dialect: str, piece: str) -> None:
    """Tokens follow one another: their lengths add up to no more than the text."""
    text = piece * (2_000 // len(piece))

    assert sum(len(token) for _, token in lexer(dialect).tokens(text)) <= len(text)


def test_a_text_beyond_the_cap_is_cut_there_and_marked() -> None:
    """Ten characters beyond are as good as a million."""
    head = "SELECT a FROM t WHERE b = "
    found = shape(head + "'" + "s3cret" * MAX_SQL_LENGTH + "'")

    assert found.text == f"{head}?…"
    assert found.truncated
    assert fingerprint(found.text) == found.text


def test_a_text_within_the_cap_is_not_marked() -> None:
    """The cap counts characters of the statement."""
    found = shape("SELECT a FROM t WHERE b = '" + "x" * (MAX_SQL_LENGTH - 50) + "'")

    assert found.text == "SELECT a FROM t WHERE b = ?"
    assert not found.truncated


def test_a_fingerprint_longer_than_the_cap_is_cut_between_two_tokens() -> None:
    """Spacing may make a text longer; the second reading must not cut it again."""
    found = shape("a=b," * (MAX_SQL_LENGTH // 4 - 1))

    assert found.truncated
    assert len(found.text) <= MAX_SQL_LENGTH
    assert fingerprint(found.text) == found.text
