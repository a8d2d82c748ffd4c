"""Nothing of a value is ever in a fingerprint or a summary."""

from __future__ import annotations

import pytest

from querywatch.fingerprint import fingerprint, summary
from tests.fingerprint.same import ANY, DIALECTS, LITE, MS, MY, ORA, PG

# The bait is `s3cret`, written as 53 where only digits can be.
EVERYWHERE = [
    "SELECT 's3cret'",
    "SELECT 's3cret",
    "SELECT 'it''s s3cret'",
    "SELECT 'a' 's3cret'",
    "SELECT N's3cret', b's3cret', x's3cret', n's3cret",
    "SELECT 53, -53, +53, 53.53, .53, 53e53, 53E-53, 0x53, 53.",
    "SELECT a FROM t WHERE b='s3cret'AND c=53",
    "SELECT a FROM t WHERE b IN('s3cret','s3cret',53",
    "SELECT a FROM t WHERE b BETWEEN 's3cret' AND 's3cret'",
    "SELECT a FROM t -- s3cret 's3cret",
    "SELECT a FROM t -- s3cret\n WHERE b = 53",
    "SELECT a /* s3cret */ FROM t",
    "SELECT a /* s3cret",
    "/* user='s3cret' */ SELECT a",
    "INSERT INTO t VALUES ('s3cret'), (53), ('s3cret'",
    "INSERT INTO t (a) VALUES (f('s3cret', 53))",
    "SELECT { guid 's3cret' }",
    "SELECT (53)",
    "SELECT 'é s3cret 世界'",
    "SELECT 's3cret\x00s3cret'",
    "SELECT\xa053",
    "SELECT a FROM t LIMIT 53, 53",
    "SET x = 's3cret'",
    "CREATE USER u IDENTIFIED BY s3cret",
    "CREATE USER u IDENTIFIED BY 's3cret' REPLACE s3cret",
    "CREATE USER s3cret PASSWORD s3cret",
    "create /* c */ user u password s3cret; SELECT 1",
    "ALTER USER u IDENTIFIED BY s3cret REPLACE s3cret",
    "ALTER USER u WITH PASSWORD = s3cret",
    "ALTER LOGIN u WITH PASSWORD = s3cret OLD_PASSWORD = s3cret",
    "DROP USER IF EXISTS s3cret",
    "CREATE ROLE r LOGIN PASSWORD s3cret",
    "ALTER ROLE r ENCRYPTED PASSWORD s3cret",
    "CONNECT u PASSWORD s3cret",
    "CONNECT u/s3cret@db",
    "GRANT ALL ON *.* TO u IDENTIFIED BY s3cret",
    "GRANT CONNECT TO u IDENTIFIED BY s3cret WITH GRANT OPTION",
    "CREATE DATABASE LINK l CONNECT TO u IDENTIFIED BY s3cret USING 's3cret'",
    "CREATE USER u IDENTIFIED WITH plugin AS s3cret",
    "SET PASSWORD = s3cret",
    "SET PASSWORD FOR u = PASSWORD(s3cret)",
    "CHANGE MASTER TO MASTER_HOST = 'h', MASTER_PASSWORD = s3cret",
    "OPEN SYMMETRIC KEY k DECRYPTION BY PASSWORD = s3cret",
    "BACKUP DATABASE d TO x WITH PASSWORD = s3cret",
    "SELECT 1; ALTER USER u IDENTIFIED BY s3cret",
    "PRAGMA key = s3cret",
    "VALIDATE USER u PASSWORD s3cret",
    'CHECK USER u PASSWORD "s3cret"',
    "EXPORT table AS BINARY ENCRYPTION PASSWORD s3cret",
    "IMPORT s.t FROM '/s3cret' WITH ENCRYPTION PASSWORD s3cret",
    "RECOVER ENCRYPTION ROOT KEYS USING 's3cret' PASSWORD s3cret",
]
BY_DIALECT = [
    (PG, r"SELECT E'it\'s s3cret'"),
    (PG, r"SELECT e'\\', 's3cret'"),
    (PG, r"SELECT '\', 's3cret'"),
    (PG, "SELECT $$s3cret$$, $a$s3cret $$ s3cret$a$, $é$s3cret$é$"),
    (PG, "SELECT $$s3cret"),
    (PG, "SELECT $a$s3cret $b$ s3cret"),
    (PG, "SELECT U&'s3cret' UESCAPE '!'"),
    (PG, "SELECT /* a /* b */ s3cret */ 1"),
    (PG, "SELECT /* /* a */ s3cret"),
    (PG, "SELECT 1_53, 0b53, 0o53, 53e53"),
    (PG, "SELECT a FROM t WHERE b ? 's3cret' AND c ->> 's3cret' = 's3cret'"),
    (PG, "SELECT a[53], a[53:53], a[:53], ARRAY['s3cret', 53]"),
    (PG, "SELECT point '(53,53)', interval 's3cret'"),
    (PG, 'SELECT "s3cret'),
    (PG, "SELECT 53abc"),
    (MY, 'SELECT "s3cret", "it""s s3cret", "it\\"s s3cret"'),
    (MY, r"SELECT 'it\'s s3cret', '\\', 's3cret'"),
    (MY, 'SELECT "s3cret'),
    (MY, "SELECT `s3cret"),
    (MY, "SELECT _utf8's3cret', _utf8mb4 's3cret'"),
    (MY, "SELECT a # s3cret"),
    (MY, "SELECT a -- s3cret"),
    (MY, "SELECT /*! 's3cret' */ /*!50000 53 */ 1"),
    (MY, "SELECT a--53"),
    (MS, "SELECT $53.53, N's3cret', [s3cret"),
    (MS, "SELECT /* a /* b */ s3cret */ 1"),
    (MS, "EXEC p @password = 's3cret'"),
    (MS, "CREATE LOGIN l WITH PASSWORD = 0x53 HASHED"),
    (LITE, "SELECT [s3cret"),
    (LITE, "SELECT x'53', \"s3cret"),
    (ORA, "SELECT q'[it's s3cret]', q'!s3cret's3cret!', nq'<s3cret>'"),
    (ORA, "SELECT q'[s3cret"),
    (ORA, "SELECT q's3crets"),
    (ORA, r"SELECT a FROM t WHERE b LIKE '\' ESCAPE '\' AND c = 's3cret'"),
    (ANY, "SELECT ARRAY['s3cret', 53], [53, 's3cret']"),
    (ANY, "SELECT $$s3cret$$, q'[it's s3cret]', E'it\\'s s3cret'"),
]
CASES = [(name, sql) for name in DIALECTS for sql in EVERYWHERE] + BY_DIALECT


@pytest.mark.parametrize(("dialect", "sql"), CASES)
def test_no_value_is_in_the_fingerprint_or_the_summary(dialect: str, sql: str) -> None:
    """Quoted, unquoted, open-ended, hidden in comments: what was a value is gone."""
    found = f"{fingerprint(sql, dialect)} {summary(sql, dialect)}"

    assert "s3cret" not in found
    assert "53" not in found


@pytest.mark.parametrize(("dialect", "sql"), CASES)
def test_what_hides_a_value_reads_the_same_again(dialect: str, sql: str) -> None:
    """A hidden password stays one `?`."""
    found = fingerprint(sql, dialect)

    assert fingerprint(found, dialect) == found


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT password FROM users",
        "SELECT u.password FROM users AS u WHERE u.connect = connected",
        "CREATE TABLE password (password VARCHAR)",
        "ALTER TABLE user ADD COLUMN password VARCHAR",
        "SELECT a FROM t START WITH b CONNECT BY PRIOR c = d",
        "DROP TABLE password",
        "GRANT SELECT ON password TO admin",
    ],
)
def test_a_column_named_password_is_kept(sql: str) -> None:
    """Only statements that set a password hide what follows the word."""
    assert fingerprint(sql) == sql


def test_after_a_hidden_password_the_next_statement_is_seen() -> None:
    """Hiding ends with the statement."""
    found = fingerprint("CREATE USER u IDENTIFIED BY p; SELECT a FROM t WHERE b = 1")

    assert found == "CREATE USER ?; SELECT a FROM t WHERE b = ?"
