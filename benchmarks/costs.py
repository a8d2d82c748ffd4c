"""What one unit of work costs by itself: the middleware, the analysis, the report as JSON."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from time import thread_time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from benchmarks.asgi import request
from benchmarks.figures import Spread
from benchmarks.workloads import IN_MEMORY, PARENTS, TABLE, WORKLOADS, connect
from querywatch import QueryWatch, QueryWatchMiddleware
from querywatch.analysis import analyze
from querywatch.model import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from querywatch import Report
    from querywatch.watch import Recorder

MICRO = 1e-6
MILLI = 1e-3


@dataclass(frozen=True)
class Cost:
    """One act, the seconds it takes, and the seconds it may take (None: no limit)."""

    act: str
    seconds: Spread
    limit: float | None = None

    @property
    def exceeded(self) -> bool:
        """Whether the median is above the limit."""
        return self.limit is not None and self.seconds.middle > self.limit


def costs(repeats: int = 200) -> list[Cost]:
    """Measure every act *repeats* times; the long ones less often."""
    rare = max(3, repeats // 20)
    found = [Cost("middleware, request without queries", middleware(repeats), 10 * MICRO)]
    found += [of_healthy(queries, repeats) for queries in (1, 10, 100)]
    found += of_queries(100, repeats, whole=150 * MICRO, json=1 * MILLI)
    found += of_queries(1_000, rare)
    found += of_queries(10_000, rare, whole=50 * MILLI)
    return found


def of_queries(
    queries: int, repeats: int, *, whole: float | None = None, json: float | None = None
) -> list[Cost]:
    """Measure what is done with a recording of about that many queries, an N+1 over and over."""
    work = WORKLOADS["n+1"](connect(IN_MEMORY))
    watch = QueryWatch()
    with watch.record("n+1") as recorder:
        for _ in range(max(1, queries // (1 + PARENTS))):
            work()
        report = recorder.peek()
        anew = judging(recorder)
        return [
            Cost(f"resolve and judge {queries:,} queries", timed(anew, repeats), whole),
            Cost(f"judge {queries:,} queries", timed(partial(judged, watch, report), repeats)),
            Cost(f"report of {queries:,} queries as JSON", timed(report.to_json, repeats), json),
        ]


def of_healthy(queries: int, repeats: int, *, whole: float | None = None) -> Cost:
    """Measure what is done with a recording of so many queries, none of them like another."""
    with connect(IN_MEMORY).connect() as connection, QueryWatch().record("healthy") as recorder:
        for number in range(queries):
            column = TABLE.c.id.label(f"id_{number}")
            connection.execute(select(column).where(TABLE.c.id == number)).all()
        act = f"resolve and judge {queries:,} healthy queries"
        return Cost(act, timed(judging(recorder), repeats), whole)


def judging(recorder: Recorder) -> Callable[[], Report]:
    """Return a function that resolves and judges anew what *recorder* holds."""
    numbers = count()

    def judge() -> Report:
        # What was judged is kept until something changes: a query, or the request.
        recorder.request = Request("GET", f"/{next(numbers)}")
        return recorder.peek()

    return judge


def judged(watch: QueryWatch, report: Report) -> Report:
    """Judge a recording that no detector has looked at."""
    return analyze(replace(report.recording), watch.detectors)


def timed(act: Callable[[], object], repeats: int) -> Spread:
    """Time *act*, warm, in seconds of the processor: it waits for nothing."""
    act()
    gc.collect()
    seconds = []
    for _ in range(repeats):
        started = thread_time()
        act()
        seconds.append(thread_time() - started)
    return Spread.of(seconds)


def middleware(repeats: int, requests: int = 100) -> Spread:
    """Time what the middleware adds to a request, in turns with the same request bare."""
    watched = QueryWatchMiddleware(_empty, watch=QueryWatch())

    async def difference() -> float:
        bare = await _requests(_empty, requests)
        return (await _requests(watched, requests) - bare) / requests

    async def run() -> list[float]:
        return [await difference() for _ in range(max(3, repeats // 2))]

    return Spread.of(asyncio.run(run()))


async def _requests(app: Any, amount: int) -> float:
    started = thread_time()
    for _ in range(amount):
        await request(app, "/")
    return thread_time() - started


async def _empty(_: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})
