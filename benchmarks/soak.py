"""The bookshop under many requests: `python -m benchmarks.soak --requests 100000`.

Most succeed, some fail, some stream, some are cancelled half-way, several at a time. Afterwards
nothing may be left over: no connection, no task, no thread, no recording, and next to no memory.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import random
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.asgi import scope_of
from benchmarks.bookshop import bookshop, prepared
from querywatch.capture.state import units

if TYPE_CHECKING:
    from collections.abc import Callable

    from example_app.database import Database

CONCURRENCY = 16
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
    """How the process stood after the warm-up and at the end, and the threads around it all."""

    requests: int
    warm: Standing
    end: Standing
    threads_before: int
    threads_after: int

    @property
    def growth(self) -> int:
        """Bytes of resident memory gained since the warm-up."""
        return self.end.memory - self.warm.memory

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
    threads = threading.active_count()
    with (
        tempfile.TemporaryDirectory() as folder,
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stderr(nowhere),
    ):
        settings = prepared(folder)
        warm, end = asyncio.run(_soaked(settings, requests, concurrency))
    return Outcome(requests, warm, end, threads, threading.active_count())


async def _soaked(settings: Any, requests: int, concurrency: int) -> tuple[Standing, Standing]:
    app = bookshop(settings)
    async with app.router.lifespan_context(app) as state:
        ask = _asker(app, dict(state or {}))
        database = dict(state or {})["database"]
        await _round(ask, max(concurrency, requests // 10), concurrency)
        warm = standing(database)
        await _round(ask, requests, concurrency)
        return warm, standing(database)


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


def main() -> int:
    """Soak, print how it went, and return 1 for what is left over."""
    parser = argparse.ArgumentParser(description="Run the bookshop under many requests.")
    parser.add_argument("--requests", type=int, default=100_000)
    options = parser.parse_args()
    outcome = soak(options.requests)
    print(f"{outcome.requests:,} requests after the warm-up\n\n{outcome.warm}\n{outcome.end}")
    print(f"threads {outcome.threads_before} before, {outcome.threads_after} after")
    print(f"memory grew by {outcome.growth / MEGABYTE:.2f} MB; left over: {outcome.left_over}")
    return 1 if outcome.left_over or outcome.growth >= MEGABYTE else 0


if __name__ == "__main__":
    sys.exit(main())
