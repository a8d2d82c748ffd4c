"""What counts as a read of the application's own tables."""

from __future__ import annotations

import pytest

from querywatch.detectors.evidence import is_read
from tests.detectors.scenes import read


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT ecosys.id FROM ecosys WHERE ecosys.id = ?",
        "SELECT a.id FROM my_pg_catalog AS a",
        "WITH x AS (SELECT id FROM orders) SELECT id FROM x",
        "(SELECT id FROM orders) UNION (SELECT id FROM returns)",
    ],
)
def test_a_table_is_told_by_its_name_not_by_how_it_sounds(statement: str) -> None:
    """A name that ends or begins like a catalog's is a table like any other."""
    assert is_read(read(1, statement=statement))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT name FROM sys.tables WHERE name = ?",
        "SELECT relname FROM pg_catalog.pg_class",
        "SELECT table_name FROM information_schema.tables",
        "SELECT name FROM sqlite_master WHERE type = ?",
        "SELECT ?",
        "SELECT nextval(?)",
        "SELECT ? FROM DUAL",
        "WITH gone AS ( DELETE FROM orders RETURNING id ) SELECT id FROM gone",
    ],
)
def test_catalogs_pings_and_writes_are_no_reads(statement: str) -> None:
    """They read no table of the application, or change one."""
    assert not is_read(read(1, statement=statement))
