"""`make real`: judge Prefect's server, and judge the judgement.

The middleware is added from outside to an application that nobody here wrote. Its REST API is
asked with few rows and with many: endpoints whose statements multiply with the rows must be
reported, the others must not be. The exit code tells whether every verdict is right.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import httpx

from querywatch import QueryWatch, QueryWatchMiddleware, Report
from tools.real.verdicts import Case, summary, table

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from tools.real.prefect_endpoint import Endpoint
    from tools.real.prefect_rows import Rows

FEW: Final = 5
MANY: Final = 50
_SERVICES: Final = (
    "CANCELLATION_CLEANUP",
    "CLEANUP_RECONCILER",
    "DB_VACUUM",
    "EVENT_LOGGER",
    "EVENT_PERSISTER",
    "FOREMAN",
    "LATE_RUNS",
    "PAUSE_EXPIRATIONS",
    "REPOSSESSOR",
    "SCHEDULER",
    "TASK_RUN_RECORDER",
    "TRIGGERS",
)


def settings(home: Path) -> dict[str, str]:
    """Return the environment of a server that keeps to itself and does nothing unasked."""
    off = dict.fromkeys((f"PREFECT_SERVER_SERVICES_{name}_ENABLED" for name in _SERVICES), "false")
    return {
        **off,
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(home),
        "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.db'}",
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }


@asynccontextmanager
async def serving(reports: list[Report]) -> AsyncIterator[Rows]:
    """Serve Prefect's REST API, watched, and append a report of each request to *reports*."""
    # Prefect reads its settings when it is imported.
    from prefect.server.api import server  # noqa: PLC0415

    from tools.real.prefect_rows import Rows, Server  # noqa: PLC0415

    vars(server)["background_worker"] = _nobody
    app = server.create_app(ephemeral=True)
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=[reports.append]))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://prefect", timeout=60) as client,
    ):
        yield Rows(Server(client))


@asynccontextmanager
async def _nobody(*_: Any, **__: Any) -> AsyncIterator[None]:
    # The worker that tidies up after a request writes meanwhile, and SQLite has one writer.
    yield


async def watch(endpoint: Endpoint, rows: Rows, reports: list[Report]) -> Report:
    """Send one request and return its report."""
    path, body = await endpoint.ask(rows)
    reports.clear()
    await rows.server.ask(endpoint.method, path, body)
    if len(reports) != 1:
        raise SystemExit(f"{endpoint.title}: {len(reports)} reports of one request")
    return reports[0]


async def compare() -> list[Case]:
    """Ask every endpoint twice, with few rows and with many."""
    from tools.real.prefect_reads import READS  # noqa: PLC0415 - as in `serving`
    from tools.real.prefect_writes import WRITES  # noqa: PLC0415

    reports: list[Report] = []
    async with serving(reports) as rows:
        await rows.prepare()
        # What the writes leave behind would be new to the lists: they come last.
        few = await ask_all(READS, rows, reports, FEW)
        many = await ask_all(READS, rows, reports, MANY)
        few += await ask_all(WRITES, rows, reports, FEW)
        many += await ask_all(WRITES, rows, reports, MANY)
    endpoints = (*READS, *WRITES)
    return [Case(e.title, *pair) for e, *pair in zip(endpoints, few, many, strict=True)]


async def ask_all(
    endpoints: Iterable[Endpoint], rows: Rows, reports: list[Report], size: int
) -> list[Report]:
    """Ask all *endpoints* with *size* rows."""
    await rows.grow(size)
    print(f"asking with {size} rows", file=sys.stderr, flush=True)
    return [await watch(endpoint, rows, reports) for endpoint in endpoints]


def main() -> int:
    """Compare, print the table, and return the exit code."""
    with TemporaryDirectory() as home:
        os.environ.update(settings(Path(home)))
        cases = asyncio.run(compare())
    print(table(cases))
    print(summary(cases))
    return int(any(case.verdict != "right" for case in cases))


if __name__ == "__main__":
    sys.exit(main())
