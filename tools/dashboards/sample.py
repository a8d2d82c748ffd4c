"""A day of a bookshop, made up but known to the request: what to draw and to test against.

Two processes serve some routes well and some badly. In the last five hours, after a deploy, a
report runs ten times as many queries as the day before; in the last half hour the primary's pool
is full. Each request is kept, so that a test can count what was caused, and counted as the sinks
would count it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

END = 1_793_620_200
"""2 November 2026, 11:50 UTC: always the same, so that a picture only changes with its panel."""
MINUTE, HOUR = 60, 3600
START = END - 31 * HOUR
DEPLOYED = END - 5 * HOUR
# Later than the last process has started again: a counter that has then grown past its old value
# within one scrape does not look like one that began anew.
WORSE = DEPLOYED + 10 * MINUTE
FULL = END - 40 * MINUTE
JOB = "bookshop"
INSTANCES = ("app-1:8000", "app-2:8000")


@dataclass(frozen=True)
class Request:
    """One request: when it ended and where, and all that is counted of it. Times in seconds."""

    at: int
    instance: str
    method: str
    route: str
    queries: int
    db_time: float
    kind: str = ""
    redundant: int = 0

    @property
    def redundant_time(self) -> float:
        """The part of its database time that a fix would save."""
        return self.db_time * self.redundant / self.queries if self.redundant else 0.0


@dataclass(frozen=True)
class Route:
    """How often a route is asked for, and what it then does.

    *queries* has the possible numbers of queries; *kind* is found in one of *often* requests,
    where all queries but two are redundant.
    """

    method: str
    route: str
    per_minute: float
    queries: tuple[int, ...]
    query_time: float
    kind: str = ""
    often: float = 0.0


BEFORE = (
    Route("GET", "/books", 30, (2,), 0.0021),
    Route("GET", "/books/{book_id}", 22, (3, 4, 5), 0.0011),
    Route("GET", "/orders", 9, (13, 21, 21, 41), 0.0017, "n_plus_one", 1.0),
    Route("POST", "/orders", 5, (9, 12, 17), 0.0024, "write_loop", 0.3),
    Route("GET", "/authors", 8, (4, 6), 0.0012, "duplicate_query", 0.25),
    Route("GET", "/reports/sales", 3, (5,), 0.0180),
    Route("GET", "<unmatched>", 1, (0,), 0.0),
    Route("", "nightly import", 0.1, (310,), 0.0008, "query_budget", 1.0),
)
AFTER = tuple(
    Route("GET", "/reports/sales", 3, (46, 48, 55), 0.0060, "query_loop", 1.0)
    if route.route == "/reports/sales"
    else route
    for route in BEFORE
)


def day() -> list[Request]:
    """Make every request of the day, in order of time; always the same ones."""
    # Not for secrets: the same numbers every time are the point.
    chance = random.Random(7)  # noqa: S311
    return [
        request
        for at in range(START + MINUTE, END + 1, MINUTE)
        for route in (BEFORE if at <= WORSE else AFTER)
        for request in _minute(chance, at, route)
    ]


def _minute(chance: random.Random, at: int, route: Route) -> Iterator[Request]:
    wave = 1 + 0.35 * math.sin(2 * math.pi * at / (3 * HOUR))
    expected = route.per_minute * wave * chance.uniform(0.8, 1.2)
    for _ in range(int(expected) + (chance.random() < expected % 1)):
        queries = chance.choice(route.queries)
        found = chance.random() < route.often
        yield Request(
            at,
            chance.choice(INSTANCES),
            route.method,
            route.route,
            queries,
            queries * route.query_time * chance.lognormvariate(0, 0.5),
            route.kind if found else "",
            queries - 2 if found else 0,
        )


def since(requests: list[Request], seconds: int) -> list[Request]:
    """Keep what happened in the last *seconds* of the day."""
    return [request for request in requests if request.at > END - seconds]
