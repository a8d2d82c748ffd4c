"""Which contestants run what, where; and the limits their ratios must keep."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.asgi import REQUESTS
from benchmarks.contestants import CONTESTANTS
from benchmarks.racing import BARE, Course, race
from benchmarks.workloads import IN_MEMORY, Base, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.figures import Row

VARIABLE = "QUERYWATCH_TEST_POSTGRESQL_URL"
DEFAULT_URL = "postgresql+psycopg://postgres@127.0.0.1:5432/test"

STATEMENTS = ("core select", "orm select", "lazy load", "n+1")
ALL = tuple(CONTESTANTS)
SOME = (BARE, "empty cursor listeners", "idle", "counting", "recording", "analysis")
BESIDE_A_RIVAL = ("counting", "recording", "analysis")

LIMITS = {
    ("sqlite", "core select", "idle"): 1.05,
    ("sqlite", "orm select", "idle"): 1.03,
    ("sqlite", "core select", "recording"): 1.25,
    ("sqlite", "orm select", "recording"): 1.10,
    ("postgresql", "core select", "recording"): 1.05,
    ("postgresql", "orm select", "recording"): 1.05,
}


@dataclass(frozen=True)
class Effort:
    """How long each measurement takes and how often it is repeated."""

    sets: int = 3
    rounds: int = 8
    seconds: float = 0.05


def beside_a_rival(effort: Effort) -> Effort:
    """Return the effort for each rival, which is repeated for every one of them."""
    return replace(effort, sets=min(2, effort.sets))


def own(effort: Effort, postgresql: str | None) -> Iterator[Course]:
    """List the courses of querywatch against bare and empty listeners."""
    yield _course("sqlite", IN_MEMORY, STATEMENTS, ALL, effort)
    yield _course("sqlite", IN_MEMORY, tuple(REQUESTS), ALL, effort)
    if postgresql:
        yield _course("postgresql", postgresql, STATEMENTS, SOME, effort)
        yield _course("asyncpg", asynchronous(postgresql), tuple(REQUESTS), SOME, effort)


def beside(rival: str, python: str, effort: Effort, postgresql: str | None) -> Iterator[Course]:
    """List the courses of one rival, with querywatch in the same environment."""
    names = (BARE, rival, *BESIDE_A_RIVAL)
    for course in own(effort, postgresql):
        yield replace(course, contestants=names, python=python)


def _course(
    database: str, url: str, workloads: tuple[str, ...], names: tuple[str, ...], effort: Effort
) -> Course:
    return Course(
        database,
        url,
        workloads,
        names,
        sets=effort.sets,
        rounds=effort.rounds,
        seconds=effort.seconds,
    )


def rows_of(course: Course) -> Iterator[Row]:
    """Run *course* and put its limits beside the figures."""
    for row in race(course):
        yield replace(row, limit=LIMITS.get((row.database, row.workload, row.contestant)))


def asynchronous(url: str) -> str:
    """Return *url* with the asynchronous driver."""
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


@contextmanager
def postgresql_filled(url: str | None = None) -> Iterator[str | None]:
    """Lend PostgreSQL with the benchmark's tables in it, or None where no server answers."""
    url = url or os.environ.get(VARIABLE) or DEFAULT_URL
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        fill(engine)
    except SQLAlchemyError as error:
        print(f"PostgreSQL is left out: {type(error).__name__}; --postgresql URL names another")
        yield None
        return
    try:
        yield url
    finally:
        Base.metadata.drop_all(engine)
        engine.dispose()
