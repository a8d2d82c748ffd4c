"""Two uvicorn workers under load over loopback: requests a second, and how long they take.

All contestants are served at the same time, and each is loaded in turn: an idle server costs
nothing. The generator shares the machine with the servers, so only the ratios mean much.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from benchmarks import served
from benchmarks.places import ROOT
from benchmarks.workloads import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONTESTANTS = ("bare", "idle", "recording", "analysis")
CONNECTIONS = 16
WORKERS = 2
PATIENCE = 60.0
PORT = re.compile(r"http://127\.0\.0\.1:(\d+)")
MIN_TIMES = 2
REQUEST = b"GET /rows/10 HTTP/1.1\r\nHost: localhost\r\n\r\n"


@dataclass(frozen=True)
class Served:
    """One contestant under load: requests a second, and seconds a request (median and p99)."""

    contestant: str
    throughput: float
    p50: float
    p99: float


def load(
    contestants: Sequence[str] = CONTESTANTS, *, rounds: int = 5, seconds: float = 2.0
) -> list[Served]:
    """Load each contestant in turn, *rounds* times for *seconds*; the medians over the rounds."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        url = f"sqlite:///{folder}/load.db"
        engine = create_engine(url)
        fill(engine)
        engine.dispose()
        ports = {name: servers.enter_context(_serving(name, url)) for name in contestants}
        for port in ports.values():
            asyncio.run(_pressed(port, seconds / 4))
        found = [
            (name, *summary(asyncio.run(_pressed(port, seconds)), seconds))
            for _ in range(rounds)
            for name, port in ports.items()
        ]
    return [_median(name, [row[1:] for row in found if row[0] == name]) for name in contestants]


def summary(times: Sequence[float], seconds: float) -> tuple[float, float, float]:
    """Return requests a second, median and 99th percentile; RuntimeError for too few *times*."""
    if len(times) < MIN_TIMES:
        raise RuntimeError(f"only {len(times)} requests were answered in {seconds} s")
    return len(times) / seconds, median(times), quantiles(times, n=100, method="inclusive")[98]


def _median(name: str, rows: list[tuple[float, float, float]]) -> Served:
    throughput, p50, p99 = (median(column) for column in zip(*rows, strict=True))
    return Served(name, throughput, p50, p99)


@contextmanager
def _serving(contestant: str, url: str) -> Iterator[int]:
    options = ["--factory", "--workers", str(WORKERS), "--port", "0", "--no-access-log"]
    environment = {**os.environ, served.CONTESTANT: contestant, served.URL: url}
    with (
        tempfile.NamedTemporaryFile("r", suffix=".log") as log,
        subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "benchmarks.served:create_app", *options],
            cwd=ROOT,
            env=environment,
            stderr=Path(log.name).open("w", encoding="utf-8"),
        ) as process,
    ):
        try:
            yield _port(Path(log.name))
        finally:
            process.terminate()


def _port(log: Path) -> int:
    text, until = "", perf_counter() + PATIENCE
    while perf_counter() < until:
        text = log.read_text("utf-8")
        found = PORT.search(text)
        # All workers must be up: one alone would answer for all.
        if found and text.count("Application startup complete") == WORKERS:
            return int(found[1])
        sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{text}")


async def _pressed(port: int, seconds: float) -> list[float]:
    until = perf_counter() + seconds
    clients = (_client(port, until) for _ in range(CONNECTIONS))
    return [taken for times in await asyncio.gather(*clients) for taken in times]


async def _client(port: int, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times = []
    while (started := perf_counter()) < until:
        writer.write(REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if not head.startswith(b"HTTP/1.1 200") or length is None:
            raise RuntimeError(f"the server answered {head[:40]!r}")
        await reader.readexactly(int(length[1]))
        times.append(perf_counter() - started)
    writer.close()
    await writer.wait_closed()
    return times
