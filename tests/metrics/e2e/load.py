"""Load for the bookshop, by a generator that knows what each of its requests causes there."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

import httpx

from example_app.catalogue import PAIRS, Pair
from example_app.repositories import PAGE
from querywatch.model.finding import KINDS
from tests.services import PATIENCE

CLIENTS = 8
UNMATCHED = "<unmatched>"
TRACE_HEADER = "x-trace-id"
LOOP = 1 + PAGE
# Twelve rows, each with something to ask or to write: what a sin runs, and what its cure does.
STATEMENTS = {
    "order-items": (LOOP, 2),
    "order-customers": (LOOP, 1),
    "author-chapters": (LOOP + PAGE * 4, 3),
    "book-reviews": (LOOP, 2),
    "book-tags": (LOOP, 2),
    "book-publishers": (LOOP, 1),
    "book-descriptions": (LOOP, 1),
    # One UPDATE of many rows stands between the page and what the commit made expire.
    "checkout": (LOOP + 1, 3),
    "product-lengths": (LOOP, 3),
    "buyers": (LOOP, 2),
    "first-reviews": (LOOP, 2),
    "review-counts": (LOOP, 2),
    "imprints": (LOOP, 2),
    "review-flushes": (PAGE, 1),
    "review-commits": (PAGE, 1),
    "review-inserts": (PAGE, 1),
    "permissions": (LOOP, 2),
    "dashboard": (8, 1),
    "report": (2, 2),
    "variety": (1, 1),
}
# The bookshop's cure reads all again with one query; the proposed one need not read at all.
SAVED = {"checkout": PAGE}
TIMED = {"QW302", "QW303"}
"""Rules that ask a clock: a cure may break them on a machine that is busy enough."""


@dataclass(frozen=True)
class Visit:
    """One request and what it causes: statements, one finding of a kind or none, what it wastes."""

    method: str
    path: str
    route: str
    statements: int = 0
    finding: str = ""
    redundant: int = 0
    status: int = 200

    @property
    def place(self) -> tuple[str, str]:
        """The method and route it is counted under."""
        return self.method, self.route


@dataclass
class Caused:
    """All that was caused so far, by method and route."""

    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    statements: Counter[tuple[str, str]] = field(default_factory=Counter)
    redundant: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    sizes: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    traces: set[str] = field(default_factory=set)

    def add(self, visit: Visit, trace: str) -> None:
        """Count *visit*, which was answered, and its trace if the answer names one."""
        self.traces.add(trace)
        self.requests[visit.place] += 1
        self.statements[visit.place] += visit.statements
        self.redundant[visit.place] += visit.redundant
        self.sizes[(*visit.place, visit.statements)] += 1
        if visit.finding:
            self.findings[(*visit.place, visit.finding)] += 1

    def __add__(self, other: Caused) -> Caused:
        return Caused(
            self.requests + other.requests,
            self.statements + other.statements,
            self.redundant + other.redundant,
            self.findings + other.findings,
            self.sizes + other.sizes,
            self.traces | other.traces,
        )

    def requests_within(self, place: tuple[str, str], statements: float) -> int:
        """Count the requests of *place* that ran at most so many *statements*."""
        return sum(
            times
            for (*of, size), times in self.sizes.items()
            if size <= statements and (*of,) == place
        )


def visits() -> list[Visit]:
    """List requests: each sin and each cure a number of times of its own, and some to nowhere."""
    kinds = [visit for pair in PAIRS for visit in both(pair)]
    numbers = count(1)
    return [
        *(visit for visit in kinds for _ in range(_times(visit, next(numbers)))),
        *(Visit("GET", f"/nowhere/{n}", UNMATCHED, status=404) for n in range(7)),
    ]


def both(pair: Pair) -> list[Visit]:
    """Return a visit to the sin of *pair* and one to its cure, unless a clock would judge it."""
    sinned, cured = STATEMENTS[pair.name]
    wasted = 0 if pair.mount else SAVED.get(pair.name, sinned - cured)
    sin = Visit(pair.method, pair.sin, pair.sin, sinned, KINDS[pair.code], wasted)
    cure = Visit(pair.method, pair.cure, pair.cure, cured)
    return [sin] if pair.code in TIMED else [sin, cure]


def _times(visit: Visit, number: int) -> int:
    # A number for each route, so that none can be taken for another; what is slow, seldom.
    return 1 if visit.finding in {"time_budget", "slow_query"} else 3 + number % 7


async def send(url: str, visits: Iterable[Visit]) -> Caused:
    """Send *visits* to *url* from several clients at once; RuntimeError for a wrong answer.

    Each request has a connection of its own, so that every worker gets some. Writes wait for
    one another: SQLite would make them wait too, and not for ever.
    """
    caused, waiting = Caused(), iter(visits)
    writing = asyncio.Lock()

    async def work(client: httpx.AsyncClient) -> None:
        for visit in waiting:
            if visit.method == "POST":
                async with writing:
                    answer = await answered(client, visit)
            else:
                answer = await answered(client, visit)
            caused.add(visit, answer.headers.get(TRACE_HEADER, ""))

    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(
        base_url=url, timeout=PATIENCE, trust_env=False, limits=limits
    ) as client:
        await asyncio.gather(*(work(client) for _ in range(CLIENTS)))
    return caused


async def answered(client: httpx.AsyncClient, visit: Visit) -> httpx.Response:
    """Send *visit* and return its whole answer."""
    answer = await client.request(visit.method, visit.path)
    if answer.status_code != visit.status:
        raise RuntimeError(f"{visit.method} {visit.path}: {answer.status_code} {answer.text}")
    return answer
