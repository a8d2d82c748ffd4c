"""What is the same for every execution of one compiled statement."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from querywatch.capture import orm

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import ExecutionContext

    from querywatch.capture.frames import Jump

_MEMO: Final = "_querywatch_statement"
# SQLAlchemy compiles them anew each time, and a test that is rolled back runs as many as queries.
_SAVEPOINTS: Final = ("SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")
_CACHED_SAVEPOINTS: Final = 100
_WRITES: Final = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "WITH"})


class Statement:
    """One compiled statement, kept on the compiled object itself and gone with it.

    Not keyed by id(): ids are reused, and SQLAlchemy already caches compiled objects.
    """

    __slots__ = (
        "dialect",
        "expands",
        "has_run",
        "is_core",
        "is_crud",
        "is_driver",
        "is_orm",
        "is_orm_select",
        "is_setup",
        "is_text",
        "jumps",
        "keeps_plainly",
        "keeps_values",
        "loads",
        "memo",
        "only",
        "path",
        "positions",
        "sql",
        "state",
        "subject",
    )

    def __init__(self, sql: str, dialect: str) -> None:
        self.sql = sql
        self.dialect = dialect
        self.expands = False
        """Whether lists are written into its text when it runs; its values are kept by name."""
        self.has_run = False
        self.is_core = True
        """Whether it never runs for the ORM or for SQLAlchemy itself, unless in a flush."""
        self.is_crud = False
        self.is_driver = False
        self.is_orm = False
        self.is_orm_select = False
        self.is_text = False
        self.keeps_values = True
        self.keeps_plainly = False
        """Whether the values are the first of the context's parameters, as they stand there."""
        self.positions: tuple[str, ...] | None = None
        """The names of its values in their order, where it expands and has no names in its text."""
        self.state: Any = None
        self.subject: Any = None
        self.path: Any = None
        self.only: frozenset[str] | None = None
        self.jumps: tuple[Jump, ...] = ()
        """Where the application's frames stood the last times, the latest first."""
        self.loads: dict[Any, orm.Load] = {}
        """What it ran for: a lazy load by its class, any other by itself."""
        self.is_setup: bool | None = None
        self.memo: Any = None
        """Filled by `resolve`, as is what stands before it, so that a statement is parsed once."""


def statement_of(context: ExecutionContext, sql: str) -> Statement:
    """Return the statement that *context* executes, made when it is seen for the first time.

    *sql* is what was sent to the cursor, for a context that does not say.
    """
    compiled: Any = context.compiled
    if compiled is None:
        return _driver_statement(context, sql)
    if sql.startswith(_SAVEPOINTS):
        return _savepoint(sql, context.dialect.name)
    try:
        statement: Statement = compiled.__dict__[_MEMO]
    except KeyError:
        statement = _compiled_statement(compiled, context)
        setattr(compiled, _MEMO, statement)
    return statement


@lru_cache(_CACHED_SAVEPOINTS)
def _savepoint(sql: str, dialect: str) -> Statement:
    statement = Statement(sql, dialect)
    statement.is_setup = True
    statement.keeps_values = False
    return statement


def instead_of(statement: Statement, sql: str) -> Statement:
    """Return what really ran in the context of an insert or update, for *sql* is not its text.

    A sequence or a default is executed there before the row is written; a listener may also
    have rewritten the text, and then it is still the statement.
    """
    if not sql.lstrip()[:6].upper().startswith("SELECT"):
        return statement
    default = Statement(sql, statement.dialect)
    default.is_text = True
    default.keeps_values = False
    return default


def _driver_statement(context: Any, sql: str) -> Statement:
    # The context of a sequence that is executed by itself knows no statement and no parameters.
    statement = Statement(getattr(context, "statement", sql), context.dialect.name)
    statement.is_text = statement.is_driver = True
    statement.is_core = False
    has_values = hasattr(context, "parameters")
    statement.keeps_values = has_values and not _looks_like_write(statement.sql)
    return statement


def _compiled_statement(compiled: Any, context: Any) -> Statement:
    # A listener may have rewritten `context.statement` (SQL comments with a trace id, say): only
    # the compiled string is the same for every execution.
    statement = Statement(str(compiled), context.dialect.name)
    statement.is_crud = context.is_crud
    statement.is_text = context.is_text
    statement.expands = bool(
        getattr(compiled, "post_compile_params", ())
        or getattr(compiled, "literal_execute_params", ())
    )
    if statement.expands:
        statement.positions = _positions(compiled)
    statement.state = getattr(compiled, "compile_state", None)
    # For inserts, updates and deletes the state does not tell: the execution options will.
    statement.is_orm_select = not statement.is_crud and orm.is_orm(statement.state)
    statement.is_orm = statement.is_crud or statement.is_orm_select
    statement.is_core = not statement.is_orm
    statement.subject = getattr(compiled, "statement", None)
    statement.path = orm.path_of(statement.state)
    statement.only = orm.loaded_columns(statement.state)
    statement.keeps_values = not (
        context.is_crud or context.isddl or (context.is_text and _looks_like_write(statement.sql))
    )
    statement.keeps_plainly = statement.keeps_values and not statement.expands
    return statement


def _positions(compiled: Any) -> tuple[str, ...] | None:
    names = getattr(compiled, "positiontup", None)
    return None if names is None else tuple(names)


def _looks_like_write(sql: str) -> bool:
    # What is written may be megabytes and is never compared: do not keep it alive.
    return sql.lstrip()[:8].upper().split(" ", 1)[0] in _WRITES
