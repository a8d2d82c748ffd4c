"""One executed statement as a tuple of references."""

from threading import get_ident
from time import perf_counter
from typing import Any, Final, NamedTuple

from sqlalchemy.engine.interfaces import ExecuteStyle

from querywatch.capture import flush, orm
from querywatch.capture.flush import NO_FLUSH, running_flush
from querywatch.capture.frames import application_frames
from querywatch.capture.state import OpenRecording, failed
from querywatch.capture.statement import Statement, instead_of, statement_of

_SINGLE: Final = ExecuteStyle.EXECUTE


class RawRecord(NamedTuple):
    """The fields of a raw record; the hot path writes a plain tuple in this order.

    Times are `perf_counter` seconds. `load` is what it ran for, as (kind, class, detail), one tuple
    for all runs of a statement that have it in common. `key` and `run` are the primary key of the
    object that the ORM loaded for and the run that brought that object in, or `run` is the number
    of a flush. `batch` is the number of parameter sets of an executemany, or an object that all
    batches of one execution share.
    """

    statement: Statement
    started: float
    ended: float
    load: tuple[Any, ...] | None
    marker: int
    frames: tuple[Any, ...]
    values: Any
    rows: int
    engine: Any
    thread: int
    batch: Any
    error: type[BaseException] | None
    key: Any
    run: int | None


def keep(  # noqa: C901, PLR0917 - one function called by position: all else is dearer
    recording: OpenRecording,
    context: Any,
    cursor: Any,
    sql: str,
    started: float,
    error: BaseException | None,
    depth: int,
) -> None:
    """Append what just ran to *recording*; a failure of ours is counted and goes no further."""
    # One long function: each call it were split into would be paid for by every statement.
    ended = perf_counter()
    records = recording.records
    alone = recording.outer is None and not recording.closed
    if alone and len(records) >= recording.limit:
        # What is not kept need not be told.
        recording.dropped += 1
        recording.dropped_duration += ended - started
        return
    try:
        try:
            statement = context.compiled._querywatch_statement  # noqa: SLF001 - our own
        except AttributeError:
            statement = statement_of(context, sql)
        if statement.is_crud and sql is not getattr(context, "statement", None):
            statement = instead_of(statement, sql)
        flushing = running_flush()
        # One number for all statements of a thread: each call makes a new one.
        thread, known = get_ident(), recording.thread
        if thread == known:
            thread = known
        else:
            recording.thread = thread
        values = context.parameters[0] if statement.keeps_plainly else _values(context, statement)
        load = key = run = None
        if statement.is_orm_select and flushing is NO_FLUSH:
            try:
                load, key, run = orm.load_of(context, statement)
            except AttributeError:
                # A SQLAlchemy that renamed what we read: "a select by the ORM" is still true.
                load = None
            # What a lazy load is sent is mostly its parent's key, and one tuple will do for both.
            # Told by identity: a value of the application's may compare in any way it likes.
            if (
                key is not None
                and values.__class__ is tuple
                and len(values) == 1
                and values[0] is key[0]
                and len(key) == 1
            ):
                values = key
        elif not statement.is_core or flushing is not NO_FLUSH:
            load, key, run = _load(context, statement, flushing)
        record = (
            statement,
            started,
            ended,
            load,
            orm.next_run() if statement.is_orm else 0,
            application_frames(depth, statement),
            values,
            cursor.rowcount if error is None else -1,
            context.root_connection.engine,
            thread,
            None if context.execute_style is _SINGLE else _batch(context),
            None if error is None else type(error),
            key,
            run,
        )
        # As `add` does it, without the call, for a recording that stands alone.
        if alone:
            records.append(record)
        else:
            recording.add(record)
    except Exception as bug:  # noqa: BLE001 - nothing of ours may reach the application
        failed(bug)


def _load(context: Any, statement: Statement, flushing: Any) -> orm.Loading:
    if statement.is_driver and orm.is_initialising(context):
        return orm.IN_SETUP
    if number := flush.number_of(flushing):
        return (orm.IN_FLUSH, None, number)
    if statement.is_crud and orm.is_bulk(context.execution_options):
        return orm.IN_BULK
    if not statement.is_orm_select:
        return orm.NO_LOAD
    try:
        return orm.load_of(context, statement)
    except AttributeError:
        return orm.NO_LOAD  # as above


def _values(context: Any, statement: Statement) -> Any:
    if not statement.keeps_values:
        return None
    if statement.expands:
        return context.compiled_parameters[0]
    parameters = context.parameters[0]
    if statement.is_driver:
        # The application's own object: it may change it before anybody looks.
        return dict(parameters) if isinstance(parameters, dict) else tuple(parameters)
    return parameters


def _batch(context: Any) -> Any:
    if context.execute_style is ExecuteStyle.INSERTMANYVALUES:
        # Told by the object: the id() of a finished execution is reused by the next.
        attributes = context.__dict__
        if "_querywatch_batch" not in attributes:
            attributes["_querywatch_batch"] = Batch(len(context.parameters))
        return attributes["_querywatch_batch"]
    return len(context.parameters)


class Batch:
    """All batches of one `insertmanyvalues` execution: one query of `size` parameter sets."""

    __slots__ = ("size",)

    def __init__(self, size: int) -> None:
        self.size = size
