"""Which statements have one fingerprint, and which have two."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from querywatch.fingerprint import fingerprint, shape
from tests.fingerprint import different, same

OTEL: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("otel_sql_cases.json").read_text(encoding="utf-8")
)["cases"]
STATEMENTS = sorted({(n, s) for n, *pair in same.PAIRS + different.PAIRS for s in pair})


@pytest.mark.parametrize(("dialect", "one", "other"), same.PAIRS)
def test_statements_that_differ_in_values_and_writing_have_one_fingerprint(
    dialect: str, one: str, other: str
) -> None:
    """Values, blanks, comments, the case of keywords and the length of lists do not count."""
    assert fingerprint(one, dialect) == fingerprint(other, dialect)


@pytest.mark.parametrize(("dialect", "one", "other"), different.PAIRS)
def test_statements_that_differ_in_anything_else_have_two_fingerprints(
    dialect: str, one: str, other: str
) -> None:
    """Names, operators, clauses and arity count."""
    assert fingerprint(one, dialect) != fingerprint(other, dialect)


@pytest.mark.parametrize(("dialect", "sql"), STATEMENTS)
def test_a_fingerprint_is_its_own_fingerprint(dialect: str, sql: str) -> None:
    """What is written reads the same again, in the same dialect."""
    found = fingerprint(sql, dialect)

    assert fingerprint(found, dialect) == found


@pytest.mark.parametrize("case", OTEL, ids=lambda case: case["name"])
def test_a_text_that_opentelemetry_sanitized_keeps_its_fingerprint(case: dict[str, Any]) -> None:
    """Ours folds blanks and keeps `? + ?`; what is hidden and what is kept is the same."""
    found = {fingerprint(text.replace("??", "? + ?")) for text in case["db.query.text"]}

    assert found == {fingerprint(case["input"])}


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        (
            "sqlite",
            "SELECT items.id, items.sku, items.order_id \nFROM items \nWHERE ? = items.order_id",
            "SELECT items.id, items.sku, items.order_id FROM items WHERE ? = items.order_id",
        ),
        ("", "select count( * ),f( a ,1 ) from t", "SELECT COUNT(*), f(a, ?) FROM t"),
        ("", "select a.b,c.* from t", "SELECT a.b, c.* FROM t"),
        ("", "insert into t(a,b)values(1,2),(3,4)", "INSERT INTO t (a, b) VALUES (?, ?)"),
        ("postgresql", "select '1' :: int,a [1:3]", "SELECT ?::INT, a[?:?]"),
        ("postgresql", "select a from t where b?'x'", "SELECT a FROM t WHERE b ? ?"),
        ("postgresql", "select point '(1,2)'", "SELECT point '?'"),
        ("mysql", 'select `a b` from `t` where c="x"', "SELECT `a b` FROM `t` WHERE c = ?"),
        ("mssql", "merge into t output $action", "MERGE INTO t output $action"),
        ("postgresql", "select 1..a", "SELECT ?..a"),
        ("mssql", "select top(5) [a] from [s].[t]", "SELECT TOP (?) [a] FROM [s].[t]"),
        ("", "select order.id, t.key from order.t", "SELECT order.id, t.key FROM order.t"),
        ("", "select a from t where b in (select 1)", "SELECT a FROM t WHERE b IN (SELECT ?)"),
        ("", "savepoint sa_savepoint_1;", "SAVEPOINT ?"),
        ("", "select 'x", "SELECT ?"),
        ("", "", ""),
        ("", " \n;; ", ""),
    ],
)
def test_a_fingerprint_reads_naturally(dialect: str, sql: str, expected: str) -> None:
    """One way of spacing, told by the tokens alone."""
    assert fingerprint(sql, dialect) == expected


def test_an_unknown_dialect_is_read_by_the_common_rules() -> None:
    """A third-party dialect's name is no error."""
    assert shape("SELECT 1", "duckdb") == shape("SELECT 1")


def test_a_column_named_like_a_keyword_keeps_its_case() -> None:
    """Words that are keywords in one place only are names in all others."""
    sql = "SELECT key, first, level, date, name, type, role FROM t"

    assert fingerprint(sql) == sql


@pytest.mark.parametrize(
    ("sql", "ordered"),
    [
        ("SELECT a FROM t ORDER BY a", True),
        ("select a from t order by a limit 1", True),
        ("SELECT a FROM t", False),
        ("SELECT a FROM (SELECT a FROM t ORDER BY a) AS s", False),
        ("SELECT row_number() OVER (ORDER BY a) FROM t", False),
    ],
)
def test_only_an_order_of_the_statement_itself_makes_it_ordered(sql: str, *, ordered: bool) -> None:
    """A window's or a sub-query's order is not the result's."""
    assert shape(sql).ordered is ordered
