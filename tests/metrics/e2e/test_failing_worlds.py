"""A server that is asked to stop while it is scraped, and a worker that is killed."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

from querywatch.sinks._metrics.table import POOL_CONNECTIONS
from tests.metrics.e2e.asking import JOB, await_scraped, by_route
from tests.metrics.e2e.bookshop import STARTED, Databases, bookshop
from tests.metrics.e2e.load import Visit, send, visits
from tests.prometheus import prometheus
from tests.services import PATIENCE

OPENMETRICS = {"accept": "application/openmetrics-text; version=1.0.0"}
END = "# EOF\n"
SLOW = Visit("GET", "/limits/slow/sins/variety", "/limits/slow/sins/variety", 1, "slow_query")
SCRAPES = 5
REQUESTS = "querywatch_request_queries_count"


@pytest.mark.anyio
@pytest.mark.parametrize("workers", [1, 2])
async def test_a_scrape_during_shutdown_is_whole_or_refused(
    tmp_path: Path, databases: Databases, workers: int
) -> None:
    """And requests under way are answered, and the server ends without a word of trouble."""
    with bookshop(tmp_path, databases, workers=workers) as shop:
        slow = asyncio.create_task(send(shop.url, [SLOW] * 3))
        scrapers = Scrapers(shop.url, then=shop.running.process.terminate)
        scrapes = await scrapers.scrape_until_refused()
        caused = await slow
        await asyncio.to_thread(shop.running.process.wait, PATIENCE)

    assert caused.requests.total() == 3
    assert len(scrapes) >= SCRAPES
    assert all(text.endswith(END) for text in scrapes)
    assert shop.running.printed.count("Finished server process") == workers
    assert "Traceback" not in shop.running.printed
    assert "querywatch failed" not in shop.running.printed
    if workers > 1:
        assert sum(samples_in(shop.shared, REQUESTS).values()) == 3


class Scrapers:
    """Two clients that scrape *url* until there is nobody left; at the fifth scrape, *then*."""

    def __init__(self, url: str, then: Callable[[], object]) -> None:
        self.url = url
        self.scrapes: list[str] = []
        self._then = then

    async def scrape_until_refused(self) -> list[str]:
        """Return every answer."""
        # A connection that is kept may outlive the server's wish to end.
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(
            base_url=self.url, trust_env=False, timeout=PATIENCE, limits=limits
        ) as client:
            await asyncio.gather(self._scrape(client), self._scrape(client))
        return self.scrapes

    async def _scrape(self, client: httpx.AsyncClient) -> None:
        while True:
            request = client.build_request("GET", "/metrics", headers=OPENMETRICS)
            try:
                answer = await client.send(request, stream=True)
            except httpx.TransportError:
                return
            # From here on a connection that breaks would be an answer cut short.
            await answer.aread()
            self.scrapes.append(answer.raise_for_status().text)
            if len(self.scrapes) == SCRAPES:
                self._then()


def samples_in(shared: Path, name: str) -> dict[frozenset[tuple[str, str]], float]:
    """Collect one metric from what workers have written into a folder, by its labels."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(shared))  # type: ignore[no-untyped-call]
    return {
        frozenset(sample.labels.items()): sample.value
        for family in registry.collect()
        for sample in family.samples
        if sample.name == name
    }


@pytest.mark.prometheus
def test_a_killed_worker_takes_its_connections_and_leaves_its_counts(
    tmp_path: Path, databases: Databases
) -> None:
    """Counters go on where they were, gauges forget it, and its successor counts as well."""
    with (
        bookshop(tmp_path, databases, workers=4) as shop,
        prometheus(tmp_path, {JOB: f"{shop.url}/metrics"}) as watching,
    ):
        before = asyncio.run(send(shop.url, visits()[:60])).requests
        await_scraped(watching, before.total())
        victim = min(shop.workers)
        others = shutil.copytree(
            shop.shared, tmp_path / "others", ignore=shutil.ignore_patterns(f"gauge_*_{victim}.db")
        )
        os.kill(victim, signal.SIGKILL)
        shop.running.await_lines(STARTED, 5)
        watching.await_scrape(JOB)
        idle = samples_in(shop.shared, POOL_CONNECTIONS.name)
        after = asyncio.run(send(shop.url, visits()[:60])).requests
        scraped = await_scraped(watching, (before + after).total())

        assert idle == samples_in(others, POOL_CONNECTIONS.name)
        assert idle != {}
        assert len(shop.workers) == 5
        assert by_route(scraped, REQUESTS) == before + after
