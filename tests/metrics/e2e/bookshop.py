"""The bookshop behind uvicorn, in processes of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import NullPool, create_engine

from example_app.migrate import upgrade
from example_app.seed import copy_rows, seed
from example_app.settings import sync_url
from tests.services import Running, running

FACTORY = "example_app.main:create_app"
ADDRESS = r"Uvicorn running on (?P<url>http://127\.0\.0\.1:\d+)"
STARTED = "Application startup complete"
ROOT = Path(__file__).parents[3]
MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True)
class Databases:
    """A seeded primary and its replica."""

    primary: str
    replica: str

    @classmethod
    def made_in(cls, folder: Path) -> Databases:
        """Migrate and seed two SQLite files in *folder*."""
        found = cls(*(f"sqlite:///{folder}/{name}.db" for name in ("primary", "replica")))
        engines = []
        for url in (found.primary, found.replica):
            upgrade(sync_url(url))
            engines.append(create_engine(url, poolclass=NullPool))
        seed(engines[0])
        copy_rows(*engines)
        return found


@dataclass(frozen=True)
class Bookshop:
    """A running bookshop: where it answers, and the folder its workers share their counts in."""

    url: str
    running: Running
    shared: Path

    @property
    def workers(self) -> set[int]:
        """The processes that have counted requests, if there is more than one."""
        return {int(file.stem.rpartition("_")[2]) for file in self.shared.glob("histogram_*.db")}


@contextmanager
def bookshop(
    folder: Path,
    databases: Databases,
    *,
    workers: int = 1,
    factory: str = FACTORY,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Bookshop]:
    """Serve the bookshop with so many *workers*; more than one share what they count."""
    shared = folder / "counts"
    variables = _clean() | {
        "PYTHONPATH": str(ROOT),
        "BOOKSHOP_PRIMARY_URL": databases.primary,
        "BOOKSHOP_REPLICA_URL": databases.replica,
        "BOOKSHOP_METRICS": "1",
        # A busy machine must not add findings.
        "QUERYWATCH_SLOW_SECONDS": "60",
        **(environment or {}),
    }
    if workers > 1:
        shared.mkdir()
        variables[MULTIPROCESS] = str(shared)
    command = [
        *(sys.executable, "-m", "uvicorn", "--factory", factory),
        *("--host", "127.0.0.1", "--port", "0", "--workers", str(workers), "--no-access-log"),
    ]
    with running(command, folder / "bookshop.log", variables) as server:
        (address,) = server.await_lines(ADDRESS)
        server.await_lines(STARTED, workers)
        yield Bookshop(address["url"], server, shared)


def _clean() -> dict[str, str]:
    mine = ("BOOKSHOP_", "QUERYWATCH_", "PROMETHEUS_", "OTEL_", "FASTAPI_")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}
