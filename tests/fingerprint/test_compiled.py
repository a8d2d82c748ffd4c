"""Statements as SQLAlchemy compiles them, for every dialect."""

from __future__ import annotations

import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.sql.expression import ClauseElement

from querywatch.fingerprint import shape

BOOKS = Table(
    "books",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("title", String(20)),
    Column("order", Integer),
)
URLS = {
    "sqlite": "sqlite://",
    "psycopg": "postgresql+psycopg://",
    "asyncpg": "postgresql+asyncpg://",
    "mysql": "mysql+pymysql://",
    "mssql": "mssql+pyodbc://",
    "oracle": "oracle+oracledb://",
}
DIALECTS: dict[str, Dialect] = {name: make_url(url).get_dialect()() for name, url in URLS.items()}
NAMES = list(DIALECTS)
RECENT = select(BOOKS.c.id).where(BOOKS.c.order > 3).cte("recent")
STATEMENTS = [
    select(BOOKS.c.id).where(BOOKS.c.id == 5),
    select(BOOKS).where(BOOKS.c.id > 5).order_by(BOOKS.c.id).limit(7),
    select(BOOKS.c.id).where(BOOKS.c.title.like("a%"), BOOKS.c.order.is_(None)),
    select(BOOKS.c.id).where(BOOKS.c.id.between(1, 2) | (BOOKS.c.order == -4)),
    select(BOOKS.c.id).where(tuple_(BOOKS.c.id, BOOKS.c.order) > tuple_(1, 2)),
    select(RECENT.c.id).where(RECENT.c.id == 3),
    select(func.count()).select_from(BOOKS).where(cast(BOOKS.c.title, Integer) == 5),
    select(func.coalesce(BOOKS.c.order, 1) + 2).where(or_(BOOKS.c.id == 1, BOOKS.c.id == 2)),
    union_all(select(BOOKS.c.id).where(BOOKS.c.id == 1), select(BOOKS.c.order)),
    update(BOOKS).where(BOOKS.c.id == 5).values(title="x", order=4),
    delete(BOOKS).where(BOOKS.c.id >= -5),
]


def compiled(statement: ClauseElement, name: str, **options: bool) -> str:
    """Return *statement* as the driver *name* would be sent it."""
    return str(statement.compile(dialect=DIALECTS[name], compile_kwargs=options))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("statement", STATEMENTS, ids=range(len(STATEMENTS)))
def test_bound_and_literal_statements_have_one_fingerprint(
    statement: ClauseElement, name: str
) -> None:
    """A literal groups with the bind that stands for it, whatever the driver's spelling."""
    dialect = DIALECTS[name].name
    bound = shape(compiled(statement, name), dialect)
    literal = shape(compiled(statement, name, literal_binds=True), dialect)

    assert bound.text == literal.text
    assert [slot[1:] for slot in bound.slots] == [slot[1:] for slot in literal.slots]


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_has_a_fingerprint_of_its_own(name: str) -> None:
    """Nothing that differs in more than values is merged."""
    texts = {shape(compiled(one, name), DIALECTS[name].name).text for one in STATEMENTS}

    assert len(texts) == len(STATEMENTS)


def test_the_drivers_of_postgresql_have_one_fingerprint() -> None:
    """Casts and numbers of binds are the driver's, not the statement's."""
    texts = {
        shape(compiled(STATEMENTS[1], name), "postgresql").text for name in ("psycopg", "asyncpg")
    }

    assert len(texts) == 1


@pytest.mark.parametrize("name", NAMES)
def test_lists_of_any_length_have_one_fingerprint(name: str) -> None:
    """IN and VALUES, bound one by one."""
    short, long = (
        shape(compiled(select(BOOKS.c.id).where(BOOKS.c.id.in_(ids)), name, literal_binds=True))
        for ids in ([1, 2], [1, 2, 3, 4])
    )

    assert short.text == long.text
    assert long.slots[0].source == ("1", "2", "3", "4")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "oracle"])
def test_rows_of_any_number_have_one_fingerprint(name: str) -> None:
    """A multi-row INSERT is one shape."""
    few, many = (
        shape(compiled(insert(BOOKS).values([{"id": n, "title": "x"} for n in ids]), name))
        for ids in ([1, 2], [1, 2, 3, 4])
    )

    assert few.text == many.text


@pytest.mark.parametrize("name", NAMES)
def test_pages_are_told_from_lookups(name: str) -> None:
    """LIMIT and OFFSET, however a database spells them, are no column's values."""
    page = select(BOOKS.c.id).order_by(BOOKS.c.id).limit(5).offset(10)
    slots = shape(compiled(page, name), DIALECTS[name].name).slots

    assert {slot.role for slot in slots} == {"limit", "offset"}
