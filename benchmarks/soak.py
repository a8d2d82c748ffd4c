"""The bookshop under many requests: `python -m benchmarks.soak --requests 100000`.

Most succeed, some fail, some stream, some are cancelled half-way, several at a time. Afterwards
nothing may be left over: no connection, no task, no thread, no recording, and next to no memory.
How it went is stored, and `python -m benchmarks` puts it on its page.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import random
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.asgi import scope_of
from benchmarks.bookshop import bookshop, prepared
from benchmarks.places import SOAKED
from benchmarks.results import versions
from querywatch.capture.state import units

if TYPE_CHECKING:
    from collections.abc import Callable

    from example_app.database import Database

CONCURRENCY = 16
PARTS = 10
PATIENCE = 120
ARENAS = "MALLOC_ARENA_MAX"
MEGABYTE = 1 << 20
# Of a hundred requests; what is left asks for one page done right.
MIX = {
    "/sins/order-items": 2,
    "/sins/book-tags": 2,
    "/cures/book-tags": 10,
    "/soak/stream": 8,
    "/soak/error": 5,
    "/soak/cancelled": 5,
    "/nowhere": 2,
}
REST = "/soak/page"


@dataclass(frozen=True)
class Standing:
    """What the process holds at one moment; memory in bytes."""

    memory: int
    connections: int
    tasks: int
    recordings: int
    threads: int


@dataclass(frozen=True)
class Outcome:
    """How the process stood after the warm-up and after each part, and the threads around it all.

    `seconds` is how long it took, the warm-up included.
    """

    requests: int
    standings: tuple[Standing, ...]
    threads_before: int
    threads_after: int
    seconds: float = 0.0

    @property
    def warm(self) -> Standing:
        """How the process stood after the warm-up."""
        return self.standings[0]

    @property
    def end(self) -> Standing:
        """How the process stood at the end."""
        return self.standings[-1]

    @property
    def growth(self) -> int:
        """Bytes of resident memory gained since the warm-up."""
        return self.end.memory - self.warm.memory

    @property
    def passed(self) -> bool:
        """Whether nothing is left over and memory grew by less than a megabyte."""
        return not self.left_over and self.growth < MEGABYTE

    @property
    def left_over(self) -> list[str]:
        """Name what the end has and should not have."""
        found = {
            "connections": self.end.connections,
            "tasks": self.end.tasks - 1,  # the one that asks
            "recordings": self.end.recordings,
            "threads": self.threads_after - self.threads_before,
        }
        return [f"{count} {what}" for what, count in found.items() if count > 0]


def soak(requests: int, *, concurrency: int = CONCURRENCY) -> Outcome:
    """Run *requests*, a tenth of them again before that as a warm-up."""
    threads, started = threading.active_count(), perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stderr(nowhere),
    ):
        # On a busy machine a request may wait long for a connection: only a leak waits for ever.
        settings = replace(prepared(folder), pool_timeout=PATIENCE)
        standings = tuple(asyncio.run(_soaked(settings, requests, concurrency)))
    took = perf_counter() - started
    return Outcome(requests, standings, threads, threading.active_count(), took)


async def _soaked(settings: Any, requests: int, concurrency: int) -> list[Standing]:
    app = bookshop(settings)
    async with app.router.lifespan_context(app) as state:
        ask = _asker(app, dict(state or {}))
        database = dict(state or {})["database"]
        await _round(ask, max(concurrency, requests // 10), concurrency)
        found = [standing(database)]
        for _ in range(PARTS):
            await _round(ask, requests // PARTS, concurrency)
            found.append(standing(database))
        return found


def standing(database: Database) -> Standing:
    """Look at the process now."""
    gc.collect()
    pools: list[Any] = [
        database.primary.pool,
        database.replica.pool,
        database.async_primary.pool,
        database.async_replica.pool,
    ]
    return Standing(
        memory=resident(),
        connections=sum(pool.checkedout() for pool in pools),
        tasks=len(asyncio.all_tasks()),
        recordings=len(units),
        threads=threading.active_count(),
    )


def resident() -> int:
    """Return the resident memory of this process in bytes."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


async def _round(ask: Callable[[str], Any], requests: int, concurrency: int) -> None:
    paths = [path for path, share in MIX.items() for _ in range(share)]
    paths += [REST] * (100 - len(paths))
    left = iter(random.Random(requests).choices(paths, k=requests))  # noqa: S311 - a mix

    async def client() -> None:
        for path in left:
            await ask(path)

    await asyncio.gather(*(client() for _ in range(concurrency)))


def _asker(app: Any, state: dict[str, Any]) -> Callable[[str], Any]:
    async def ask(path: str) -> None:
        if path != "/soak/cancelled":
            with contextlib.suppress(ZeroDivisionError):
                await _call(app, path, state)
            return
        task = asyncio.ensure_future(_call(app, "/sins/book-tags", state))
        for _ in range(random.randint(0, 40)):  # noqa: S311 - anywhere in the request
            await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return ask


async def _call(app: Any, path: str, state: dict[str, Any]) -> None:
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: dict[str, Any]) -> None:
        await asyncio.sleep(0)

    await app({**scope_of(path), "state": dict(state)}, receive, send)


def told(outcome: Outcome) -> list[str]:
    """Tell in lines how the process stood along the way, and what is left over."""
    lines = [
        f"{number * outcome.requests // PARTS:>9,} requests {one.memory / MEGABYTE:>8.2f} MB"
        f" {one.connections} connections {one.tasks - 1} tasks {one.threads} threads"
        f" {one.recordings} recordings"
        for number, one in enumerate(outcome.standings)
    ]
    lines.append(f"threads: {outcome.threads_before} before, {outcome.threads_after} after")
    lines.append(f"memory grew by {outcome.growth / MEGABYTE:.2f} MB since the warm-up")
    lines.append(f"left over: {', '.join(outcome.left_over) or 'nothing'}")
    lines.append(f"took {outcome.seconds:,.0f} s: {'ok' if outcome.passed else 'FAILED'}")
    return lines


def store(outcome: Outcome, path: Path) -> None:
    """Write *outcome* as JSON, with the date and the versions."""
    document = {"made": datetime.now(UTC).date().isoformat(), "versions": versions()}
    document |= {"outcome": asdict(outcome), "told": told(outcome)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2) + "\n", "utf-8")


def _with_one_arena() -> None:
    # The C library gives each thread an arena of its own and never gives it back: with threads
    # that come and go, as those of aiosqlite do, resident memory creeps whatever the program
    # holds. It reads this once, when the process starts.
    if os.environ.get(ARENAS) != "1":
        os.environ[ARENAS] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.soak", *sys.argv[1:]])  # noqa: S606


def main() -> int:
    """Soak, print how it went, store it, and return 1 for what is left over."""
    parser = argparse.ArgumentParser(description="Run the bookshop under many requests.")
    parser.add_argument("--requests", type=int, default=100_000)
    options = parser.parse_args()
    _with_one_arena()
    outcome = soak(options.requests)
    print("\n".join(told(outcome)))
    store(outcome, SOAKED)
    return 0 if outcome.passed else 1


if __name__ == "__main__":
    sys.exit(main())
