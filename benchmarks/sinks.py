"""What each sink adds to a request of ten queries: `python -m benchmarks.sinks`.

All of them watch one application in one process and take turns in changing order. What is taken
is the time of the processor, and each turn is compared with the one without a sink beside it.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI
from opentelemetry.metrics import Histogram
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from benchmarks import contestants, tables
from benchmarks.asgi import around, request
from benchmarks.contestants import Contestant, Installed
from benchmarks.figures import Spread
from benchmarks.workloads import IN_MEMORY, Parent, connect
from querywatch import QueryWatch, QueryWatchMiddleware

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from querywatch import Report

QUERIES: Final = 10
PAGES: Final = {"10 queries": "/several", "10 queries in a loop, one finding": "/loop"}
NO_SINK: Final = "no sink"
WARMUP: Final = 50
MICRO: Final = 1e6


def twelve_records(_: Engine) -> Installed:
    """Judge, and let OpenTelemetry's SDK do alone what its sink has it do without a finding."""
    meter = MeterProvider([InMemoryMetricReader()], shutdown_on_exit=False).get_meter("benchmark")
    histogram: Histogram = meter.create_histogram("duration", "s")
    route = {"http.request.method": "GET", "http.route": "/several"}
    statement = {"db.system.name": "sqlite", "db.operation.name": "SELECT", "error.type": ""}

    def record(_: Report) -> None:
        for attributes in (route, route, *[statement] * QUERIES):
            histogram.record(0.001, attributes)

    watch = QueryWatch(sinks=[record])
    return Installed(door=lambda app: QueryWatchMiddleware(app, watch=watch))


COMPARED: Final[dict[str, Contestant]] = {
    NO_SINK: contestants.analysis,
    "Prometheus": contestants.prometheus,
    "OpenTelemetry": contestants.opentelemetry,
    "12 records of OpenTelemetry's SDK": twelve_records,
}


@dataclass(frozen=True)
class Sink:
    """One sink at one page: the seconds of a request, and how they compare to those without it."""

    page: str
    sink: str
    seconds: float
    ratio: Spread
    added: Spread


def measure(rounds: int = 500, amount: int = 4) -> list[Sink]:
    """Let every sink have *rounds* turns of *amount* requests at each page.

    Many short turns: what slows the machine down lasts longer than one round.
    """
    engine = connect(IN_MEMORY)
    app = shop(engine)
    watched = {name: around(app, contestant(engine)) for name, contestant in COMPARED.items()}
    with asyncio.Runner() as runner:
        return [
            sink
            for page, path in PAGES.items()
            for sink in _compared(page, runner.run(_turns(watched, path, rounds, amount)))
        ]


def shop(engine: Engine) -> FastAPI:
    """Make an application of two pages: ten statements that differ, and one ten times over."""
    app = FastAPI()
    several = [
        select(Parent.name.label(f"name_{number}")).where(Parent.id == number)
        for number in range(1, QUERIES + 1)
    ]

    @app.get("/several")
    def several_statements() -> list[str]:
        with Session(engine) as session:
            return [session.scalars(statement).one() for statement in several]

    @app.get("/loop")
    def loop() -> list[str]:
        with Session(engine) as session:
            return [
                session.scalars(select(Parent).where(Parent.id == key)).one().name
                for key in range(1, QUERIES + 1)
            ]

    return app


async def _turns(
    watched: dict[str, Any], path: str, rounds: int, amount: int
) -> list[dict[str, float]]:
    for app in watched.values():
        await _spent(app, path, WARMUP)
    turns = []
    for _ in range(rounds):
        order = random.sample(list(watched), len(watched))
        turns.append({name: await _spent(watched[name], path, amount) for name in order})
    return turns


async def _spent(app: Any, path: str, amount: int) -> float:
    # Of the whole process, for the endpoints run in threads; others' processes do not count.
    started = process_time()
    for _ in range(amount):
        await request(app, path)
    return (process_time() - started) / amount


def _compared(page: str, turns: Sequence[dict[str, float]]) -> Iterator[Sink]:
    for name in COMPARED:
        pairs = [(turn[name], turn[NO_SINK]) for turn in turns]
        yield Sink(
            page,
            name,
            median(mine for mine, _ in pairs),
            Spread.of([mine / without for mine, without in pairs]),
            Spread.of([mine - without for mine, without in pairs]),
        )


def table(sinks: Iterable[Sink]) -> list[str]:
    """Show each sink beside the request without it: medians, and quartiles around them."""
    head = ("request", "sink", "request takes", "ratio", "quartiles", "added", "quartiles")
    return tables.table(head, (_row(sink) for sink in sinks))


def _row(sink: Sink) -> Iterator[str]:
    yield sink.page
    yield sink.sink
    yield f"{sink.seconds * MICRO:,.0f} us"
    if sink.sink == NO_SINK:
        yield from ("1", "", "", "")
        return
    yield f"{sink.ratio.middle:.3f}x"
    yield f"{sink.ratio.low:.3f}-{sink.ratio.high:.3f}"
    yield f"{sink.added.middle * MICRO:,.0f} us"
    yield f"{sink.added.low * MICRO:,.0f}-{sink.added.high * MICRO:,.0f}"


if __name__ == "__main__":
    print("\n".join(table(measure())))
