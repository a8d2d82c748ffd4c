"""`db.query.summary`: OpenTelemetry's own cases, and the conventions chosen where it is silent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from querywatch.fingerprint import shape, summary

OTEL: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("otel_sql_cases.json").read_text(encoding="utf-8")
)["cases"]

CASES = [
    ("SELECT * FROM authors", "SELECT authors"),
    ("select * from Authors", "select Authors"),
    ("SELECT 1", "SELECT"),
    ("", ""),
    ("-- nothing", ""),
    ("what is this", ""),
    ("FROM authors WHERE id = 1", "SELECT authors"),
    ("SELECT * FROM \"song list\", 'artists'", "SELECT \"song list\" 'artists'"),
    ("SELECT * FROM shop.authors AS a, ONLY books b", "SELECT shop.authors books"),
    ("SELECT * FROM `shop`.`authors`", "SELECT `shop`.`authors`"),
    ("SELECT * FROM a JOIN b ON a.i = b.i LEFT JOIN c USING (i), d", "SELECT a b c d"),
    ("SELECT * FROM a CROSS APPLY f(a.x) AS g", "SELECT a f"),
    ("SELECT * FROM (a JOIN b ON a.i = b.i)", "SELECT a b"),
    ("SELECT * FROM (SELECT x FROM a) AS s, b", "SELECT SELECT a b"),
    ("SELECT * FROM a WHERE x IN (SELECT y FROM b)", "SELECT a SELECT b"),
    ("SELECT (SELECT max(x) FROM a) FROM b", "SELECT SELECT a b"),
    ("SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b)", "SELECT a SELECT b"),
    ("SELECT * FROM a, LATERAL (SELECT * FROM b) AS l", "SELECT a SELECT b"),
    ("SELECT * FROM generate_series(1, 3) AS g(x), a", "SELECT generate_series a"),
    ("SELECT x FROM a UNION SELECT x FROM b", "SELECT a SELECT b"),
    ("(SELECT x FROM a) INTERSECT (SELECT x FROM b)", "SELECT a SELECT b"),
    ("SELECT extract(year FROM x), trim(BOTH FROM y) FROM a", "SELECT a"),
    ("SELECT * FROM a WHERE x IS NOT DISTINCT FROM y", "SELECT a"),
    ("SELECT DISTINCT x FROM a", "SELECT a"),
    ("SELECT * INTO b FROM a", "SELECT a"),
    ("SELECT * FROM a ORDER BY x, y", "SELECT a"),
    ("SELECT * FROM a GROUP BY x, y HAVING count(*) > 1", "SELECT a"),
    ("SELECT * FROM a FOR UPDATE OF a", "SELECT a"),
    ("SELECT * FROM a WITH (NOLOCK), b", "SELECT a b"),
    ("SELECT * FROM (VALUES (1), (2)) AS v(x) JOIN a ON a.i = v.x", "SELECT a"),
    ("SELECT * FROM authors@link", "SELECT authors@link"),
    ("SELECT * FROM update WHERE x = 1", "SELECT update"),
    ("SELECT insert, delete FROM a AS select", "SELECT a"),
    ("WITH c AS (SELECT x FROM a) SELECT * FROM c JOIN b ON b.x = c.x", "SELECT a SELECT b"),
    (
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x FROM c) SELECT x FROM c",
        "SELECT SELECT SELECT",
    ),
    (
        "WITH c AS MATERIALIZED (SELECT 1), d AS (SELECT 2) SELECT * FROM c, d, a",
        "SELECT SELECT SELECT a",
    ),
    (
        "WITH c AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM c",
        "DELETE a INSERT b SELECT",
    ),
    ("INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 2", "INSERT a"),
    ("INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE x = 2", "INSERT a"),
    ("INSERT OR REPLACE INTO a VALUES (1)", "INSERT a"),
    ("INSERT INTO a SELECT * FROM b JOIN c ON b.i = c.i", "INSERT a SELECT b c"),
    ("REPLACE INTO a VALUES (1)", "REPLACE a"),
    (
        "UPDATE a SET x = (SELECT y FROM b) WHERE i IN (SELECT i FROM c)",
        "UPDATE a SELECT b SELECT c",
    ),
    ("UPDATE a SET x = b.x FROM b WHERE a.i = b.i", "UPDATE a"),
    ("UPDATE ONLY a SET x = 1", "UPDATE a"),
    ("DELETE FROM a USING b WHERE a.i = b.i", "DELETE a"),
    ("DELETE a FROM a JOIN b ON a.i = b.i", "DELETE a"),
    ("MERGE INTO a USING b ON a.i = b.i WHEN MATCHED THEN DELETE", "MERGE a"),
    ("VALUES (1), (2)", "VALUES"),
    ("CALL shop.restock(1)", "CALL shop.restock"),
    ("{? = call restock(?)}", "call restock"),
    ("EXEC @code = restock @id = 1", "EXEC restock"),
    ("EXPLAIN ANALYZE SELECT * FROM a", "EXPLAIN SELECT a"),
    ("CREATE TABLE IF NOT EXISTS shop.a (x INT)", "CREATE TABLE shop.a"),
    ("CREATE TABLE a AS SELECT * FROM b", "CREATE TABLE a SELECT b"),
    ("CREATE OR REPLACE VIEW a AS SELECT * FROM b", "CREATE VIEW a SELECT b"),
    ("CREATE UNIQUE INDEX CONCURRENTLY i ON a (x)", "CREATE INDEX i"),
    ("CREATE INDEX ON a (x)", "CREATE INDEX"),
    ("CREATE TRIGGER g AFTER UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f()", "CREATE TRIGGER g"),
    ("ALTER TABLE a DROP COLUMN x, ADD y INT", "ALTER TABLE a"),
    ("DROP TABLE IF EXISTS a", "DROP TABLE a"),
    ("CREATE USER u PASSWORD 'p'", "CREATE USER"),
    ("DROP LOGIN l", "DROP LOGIN"),
    ("CREATE ROLE r", "CREATE ROLE r"),
    ("CONNECT u/p@db", "CONNECT"),
    ("GRANT SELECT ON a TO u", "GRANT"),
    ("TRUNCATE TABLE a", "TRUNCATE TABLE a"),
    ("LOCK TABLES a READ, b WRITE", "LOCK TABLES a"),
    ("USE shop", "USE shop"),
    ("SHOW CREATE TABLE a", "SHOW"),
    ("BEGIN TRANSACTION", "BEGIN TRANSACTION"),
    ("ROLLBACK TO SAVEPOINT s", "ROLLBACK"),
    ("SAVEPOINT s", "SAVEPOINT"),
    ("PRAGMA foreign_keys", "PRAGMA"),
    ("SET search_path TO a", "SET"),
    ("SELECT * FROM a;", "SELECT a"),
    ("; SELECT * FROM a;; DELETE FROM b;", "SELECT a; DELETE b"),
    ("/* SELECT * FROM x */ SELECT * FROM a -- FROM y", "SELECT a"),
    ("SELECT * FROM ?", "SELECT"),
    ("SELECT * FROM 12345", "SELECT"),
    ("UPDATE", "UPDATE"),
    ("DELETE (((", "DELETE"),
    ("SELECT * FROM a JOIN", "SELECT a"),
]


@pytest.mark.parametrize("case", OTEL, ids=lambda case: case["name"])
def test_opentelemetrys_own_cases_pass(case: dict[str, Any]) -> None:
    """The 24 cases of the semantic conventions."""
    assert summary(case["input"]) == case["db.query.summary"]


@pytest.mark.parametrize(("sql", "expected"), CASES)
def test_a_summary_has_operations_and_targets_as_written(sql: str, expected: str) -> None:
    """In the order of the text, without anything that varies."""
    assert summary(sql) == expected


def test_brackets_name_tables_in_sql_server() -> None:
    """The quoting of the dialect is kept."""
    assert summary("SELECT * FROM [a b].[c,d]", "mssql") == "SELECT [a b].[c,d]"


def test_a_long_summary_is_cut_between_two_targets() -> None:
    """At most 255 characters, no target cut in two."""
    tables = [f"a_table_with_a_long_name_{n}" for n in range(50)]
    found = summary(f"SELECT * FROM {', '.join(tables)}")

    assert len(found) <= 255
    assert found.split() == ["SELECT", *tables[:9]]


def test_a_target_that_does_not_fit_is_left_out() -> None:
    """Better no target than half of one."""
    assert summary(f"SELECT * FROM {'t' * 300}, u") == "SELECT"


def test_a_shape_carries_its_summary() -> None:
    """One tokenization serves both."""
    assert shape("SELECT * FROM a WHERE b = 1").summary == "SELECT a"
