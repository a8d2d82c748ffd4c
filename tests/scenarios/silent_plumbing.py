"""What applications and libraries send that is about the connection, not about rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, inspect, literal, select, text
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.scenarios.catalogue import silent, use
from tests.scenarios.database import dialect_of, failing_once
from tests.scenarios.models import Base, Customer, Order, Region, Tag

_CATALOG = {
    "sqlite": "SELECT name FROM sqlite_master WHERE name = :name",
    "postgresql": "SELECT column_name FROM information_schema.columns WHERE table_name = :name",
    "mysql": "SELECT column_name FROM information_schema.columns WHERE table_name = :name",
}
_SETTINGS = {
    "sqlite": "PRAGMA cache_size = {}",
    "postgresql": "SET LOCAL statement_timeout = {}",
    "mysql": "SET @tenant = {}",
}
_SHOWN = {
    "sqlite": "PRAGMA user_version",
    "postgresql": "SHOW statement_timeout",
    "mysql": "SHOW VARIABLES LIKE 'autocommit'",
}
_UPSERTS: dict[str, Any] = {
    "sqlite": sqlite.insert(Region).on_conflict_do_update(
        index_elements=["id"], set_={"name": "again"}
    ),
    "postgresql": postgresql.insert(Region).on_conflict_do_update(
        index_elements=["id"], set_={"name": "again"}
    ),
    "mysql": mysql.insert(Region).on_duplicate_key_update(name="again"),
}


@silent
def pings_are_no_duplicates(session: Session) -> None:
    """A health check, five times."""
    for _ in range(5):
        session.execute(text("SELECT 1"))
        session.execute(select(1))


@silent
def pings_of_the_dual_table_are_no_duplicates(session: Session) -> None:
    """MariaDB, as Oracle, has a table that is none."""
    ping = "SELECT 1 FROM DUAL" if dialect_of(session) == "mysql" else "SELECT 1"
    for _ in range(5):
        session.execute(text(ping))


@silent
def advisory_locks_taken_one_by_one_are_no_loop(session: Session) -> None:
    """A function with another value each time."""
    locks = {"postgresql": func.pg_advisory_xact_lock, "mysql": func.get_lock}
    for n in range(4):
        if dialect_of(session) == "mysql":
            session.execute(select(locks["mysql"](f"querywatch {n}", 0)))
        else:
            session.execute(select(locks.get(dialect_of(session), func.abs)(n)))


@silent
def functions_that_read_no_table_are_no_loop(session: Session) -> object:
    """The database as a calculator."""
    return [session.scalar(select(func.lower(word))) for word in ("A", "B", "C", "D")]


@silent
def the_time_asked_several_times_is_no_duplicate(session: Session) -> object:
    """The answer differs each time."""
    return [session.scalar(select(func.now())) for _ in range(4)]


@silent
def numbers_drawn_from_a_sequence_are_no_duplicates(session: Session) -> object:
    """`nextval` where there is one, a random number elsewhere."""
    sequence = func.pg_get_serial_sequence("orders", "id")
    draw = func.nextval(sequence) if dialect_of(session) == "postgresql" else func.abs(1)
    return [session.scalar(select(draw)) for _ in range(4)]


@silent
def savepoints_in_a_loop_are_no_loop(session: Session) -> object:
    """One query, four nested transactions."""
    tags = session.scalars(select(Tag)).all()
    for _ in tags:
        with session.begin_nested():
            pass
    return tags


@silent
def savepoints_sent_as_text_are_no_loop(session: Session) -> object:
    """The application controls its transaction itself."""
    for n in range(4):
        session.execute(text(f"SAVEPOINT step_{n}"))
        session.execute(text(f"RELEASE SAVEPOINT step_{n}"))
    return session.scalar(select(func.count(Order.id)))


@silent
def settings_sent_in_a_loop_are_no_loop(session: Session) -> object:
    """SET and PRAGMA."""
    for value in (10_000, 20_000, 30_000, 40_000):
        session.execute(text(_SETTINGS[dialect_of(session)].format(value)))
    return session.scalar(select(func.count(Order.id)))


@silent
def settings_asked_several_times_are_no_duplicates(session: Session) -> object:
    """SHOW and PRAGMA."""
    for _ in range(4):
        session.execute(text(_SHOWN[dialect_of(session)]))
    return session.scalar(select(func.count(Order.id)))


@silent
def columns_reflected_table_by_table_are_no_loop(session: Session) -> object:
    """A schema check at start-up."""
    inspector = inspect(session.connection())
    columns = [inspector.get_columns(table) for table in ("orders", "items", "tags", "regions")]
    return columns, session.scalar(select(func.count(Order.id)))


@silent
def tables_looked_for_one_by_one_are_no_loop(session: Session) -> object:
    """A new inspector every time, so that none remembers."""
    tables = list(Base.metadata.tables)[:5]
    found = [inspect(session.connection()).has_table(table) for table in tables]
    return found, session.scalar(select(func.count(Order.id)))


@silent
def keys_and_indexes_reflected_table_by_table_are_no_loop(session: Session) -> object:
    """What a migration tool compares."""
    inspector = inspect(session.connection())
    for table in ("orders", "items", "tags"):
        use(inspector.get_pk_constraint(table), inspector.get_foreign_keys(table))
        use(inspector.get_indexes(table))
    return session.scalar(select(func.count(Order.id)))


@silent
def the_catalog_asked_table_by_table_is_no_loop(session: Session) -> object:
    """information_schema, by hand."""
    question = text(_CATALOG[dialect_of(session)])
    tables = ("orders", "items", "tags", "regions")
    return [session.execute(question, {"name": name}).all() for name in tables]


@silent
def one_upsert_of_many_rows_is_one_write(session: Session) -> None:
    """ON CONFLICT, ON DUPLICATE KEY."""
    upsert = _UPSERTS[dialect_of(session)]
    session.execute(upsert.values([{"id": n, "name": "new"} for n in range(1, 9)]))


@silent
def one_upsert_of_one_row_is_one_write(session: Session) -> None:
    """Once, not in a loop."""
    session.execute(_UPSERTS[dialect_of(session)].values(id=1, name="new"))


@silent
def the_next_job_asked_for_again_is_no_duplicate(session: Session) -> object:
    """FOR UPDATE SKIP LOCKED: another worker may have finished in between."""
    job = select(Order).where(Order.status == "new").order_by(Order.id).limit(1)
    # SQLite locks no rows, and leaves the clause out.
    tries = 1 if dialect_of(session) == "sqlite" else 4
    return [session.scalars(job.with_for_update(skip_locked=True)).first() for _ in range(tries)]


@silent
def an_explained_statement_is_no_duplicate_of_itself(session: Session) -> object:
    """EXPLAIN, then the statement."""
    plan = session.execute(text("EXPLAIN SELECT id FROM orders WHERE id = 1")).all()
    return plan, session.execute(text("SELECT id FROM orders WHERE id = 1")).all()


@silent
def a_statement_that_failed_and_is_run_again_is_no_duplicate(session: Session) -> object:
    """The application retries after an error."""
    use(session.connection())
    with failing_once(session):
        for _ in range(3):
            try:
                return session.scalars(select(Customer).where(Customer.id == 1)).one()
            except DBAPIError:
                continue
    return None


@silent
def a_statement_that_fails_for_good_is_no_duplicate(session: Session) -> object:
    """Two tries, two errors."""
    failures = 0
    for _ in range(2):
        try:
            with session.begin_nested():
                session.execute(text("SELECT nothing FROM nowhere"))
        except DBAPIError:
            failures += 1
    return failures, session.scalar(select(literal(1)))
