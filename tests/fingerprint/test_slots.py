"""What each `?` of a fingerprint stood for."""

from __future__ import annotations

import pytest

from querywatch.fingerprint import Slot, shape

CASES = [
    ("", "SELECT a FROM t WHERE t.id = 42", [(("42",), "equal", "t.id")]),
    ("", "SELECT a FROM t WHERE 42 = t.id", [(("42",), "equal", "t.id")]),
    ("", "SELECT a FROM t WHERE ? = t.id AND b", [(("?",), "equal", "t.id")]),
    ("", "SELECT a FROM t WHERE ? < t.id", [(("?",), "range", "t.id")]),
    ("", "SELECT a FROM t WHERE ? = lower(t.id)", [(("?",), "equal", "")]),
    ("", "SELECT a FROM t WHERE lower(t.id) = ?", [(("?",), "equal", "")]),
    ("", 'SELECT a FROM t WHERE "t"."id" = :x', [((":x",), "equal", '"t"."id"')]),
    ("", "SELECT a FROM t WHERE id = - 5", [(("-5",), "equal", "id")]),
    ("", "SELECT a FROM t WHERE id IS ?", [(("?",), "equal", "id")]),
    ("", "SELECT a FROM t WHERE id IS NOT DISTINCT FROM ?", [(("?",), "equal", "id")]),
    ("", "SELECT a FROM t WHERE id != ?", [(("?",), "other", "id")]),
    ("", "SELECT a FROM t WHERE id LIKE ?", [(("?",), "other", "id")]),
    ("", "SELECT a FROM t WHERE id NOT LIKE ?", [(("?",), "other", "id")]),
    ("", "SELECT a FROM t WHERE id > ?", [(("?",), "range", "id")]),
    ("", "SELECT a FROM t WHERE id >= ?", [(("?",), "range", "id")]),
    (
        "",
        "SELECT a FROM t WHERE id BETWEEN ? AND ? AND b = ?",
        [(("?",), "range", "id"), (("?",), "range", "id"), (("?",), "equal", "b")],
    ),
    (
        "",
        "SELECT a FROM t WHERE (t.a, t.b) > (?, ?)",
        [(("?",), "range", "t.a"), (("?",), "range", "t.b")],
    ),
    (
        "",
        "SELECT a FROM t WHERE (a, b) = (1, 2) AND c = 3",
        [(("1",), "equal", "a"), (("2",), "equal", "b"), (("3",), "equal", "c")],
    ),
    ("", "SELECT a FROM t WHERE id IN (1, 2, 3)", [(("1", "2", "3"), "list", "id")]),
    ("", "SELECT a FROM t WHERE id NOT IN (?, ?)", [(("?", "?"), "list", "id")]),
    (
        "",
        "SELECT a FROM t WHERE (a, b) IN ((1, 2), (3, 4))",
        [(("1",), "list", "a"), (("2", "3", "4"), "list", "b")],
    ),
    (
        "",
        "SELECT a FROM t WHERE id IN (__[POSTCOMPILE_id_1])",
        [(("__[POSTCOMPILE_id_1]",), "list", "id")],
    ),
    ("", "SELECT a FROM t WHERE id = CAST(? AS INTEGER)", [(("?",), "equal", "id")]),
    ("", "SELECT a FROM t WHERE id = f(?)", [(("?",), "other", "")]),
    ("", "SELECT ?, f(?) FROM t", [(("?",), "other", ""), (("?",), "other", "")]),
    ("", "SELECT a FROM t LIMIT 5", [(("5",), "limit", "")]),
    ("", "SELECT a FROM t LIMIT ? OFFSET ?", [(("?",), "limit", ""), (("?",), "offset", "")]),
    ("mysql", "SELECT a FROM t LIMIT %s, %s", [(("%s",), "offset", ""), (("%s",), "limit", "")]),
    ("sqlite", "SELECT a FROM t LIMIT ? OFFSET ?", [(("?",), "limit", ""), (("?",), "offset", "")]),
    (
        "mssql",
        "SELECT a FROM t ORDER BY a OFFSET ? ROWS FETCH NEXT ? ROWS ONLY",
        [(("?",), "offset", ""), (("?",), "limit", "")],
    ),
    ("mssql", "SELECT TOP (?) a FROM t", [(("?",), "limit", "")]),
    ("mssql", "SELECT TOP 5 a FROM t", [(("5",), "limit", "")]),
    (
        "mssql",
        "SELECT a FROM t WHERE mssql_rn > :a AND mssql_rn <= :b + :a",
        [
            ((":a",), "offset", "mssql_rn"),
            ((":b",), "limit", "mssql_rn"),
            ((":a",), "limit", "mssql_rn"),
        ],
    ),
    ("oracle", "SELECT a FROM t FETCH FIRST :n ROWS ONLY", [((":n",), "limit", "")]),
    ("oracle", "SELECT a FROM t WHERE ROWNUM <= :n", [((":n",), "limit", "ROWNUM")]),
    ("postgresql", "SELECT a FROM t WHERE id = $1::INTEGER", [(("$1",), "equal", "id")]),
    ("postgresql", "SELECT a FROM t WHERE id::text = %(x)s", [(("%(x)s",), "equal", "id")]),
    ("postgresql", "SELECT a FROM t WHERE id = ANY (%(x)s)", [(("%(x)s",), "list", "id")]),
    (
        "postgresql",
        "SELECT a FROM t WHERE b ? 'k' AND id = $1",
        [(("'k'",), "other", ""), (("$1",), "equal", "id")],
    ),
    ("postgresql", "SELECT a FROM t LIMIT $1::INTEGER", [(("$1",), "limit", "")]),
    ("", "UPDATE t SET a = ? WHERE id = ?", [(("?",), "other", "a"), (("?",), "equal", "id")]),
    (
        "",
        "INSERT INTO t (a, b) VALUES (?, ?), (?, ?)",
        [(("?",), "list", ""), (("?", "?", "?"), "list", "")],
    ),
    ("", "SELECT a FROM t WHERE id = ? OR ?", [(("?",), "equal", "id"), (("?",), "other", "")]),
    ("", "SELECT a FROM t", []),
    ("", "CREATE USER u IDENTIFIED BY 'p'", []),
    ("", "SAVEPOINT s", []),
]


@pytest.mark.parametrize(("dialect", "sql", "expected"), CASES)
def test_a_slot_tells_source_role_and_column(
    dialect: str, sql: str, expected: list[tuple[tuple[str, ...], str, str]]
) -> None:
    """From the operator or keyword before a value, or the one after it."""
    assert shape(sql, dialect).slots == tuple(Slot(*slot) for slot in expected)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a FROM t WHERE id IN ($1, $2, NULL, $3) AND b = $4 LIMIT $5",
        "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4), ($5, f($6)), ($7, f($8))",
        "SELECT a FROM t WHERE (a, b) IN (($1, $2), ($3, $4)) OR c IN (($5), ($6))",
        "SELECT f($1, ARRAY[$2, $3]) FROM t WHERE $4 BETWEEN $5 AND $6",
    ],
)
def test_sources_are_all_values_in_the_order_of_the_text(sql: str) -> None:
    """However lists are folded, no value is lost and none changes places."""
    sources = [token for slot in shape(sql, "postgresql").slots for token in slot.source]

    assert sources == [f"${number}" for number in range(1, len(sources) + 1)]
    assert len(sources) == sql.count("$")
