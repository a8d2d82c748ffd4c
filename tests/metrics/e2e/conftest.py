"""One load on the bookshop with one worker and one on the bookshop with four, and all they left."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.metrics.e2e.asking import JOB, Scrape, await_pushed, await_scraped
from tests.metrics.e2e.bookshop import Bookshop, Databases, bookshop
from tests.metrics.e2e.collector import METRICS_PATH, Collector, collector
from tests.metrics.e2e.load import Caused, send, visits
from tests.metrics.e2e.served import COLLECTOR
from tests.prometheus import prometheus

WORKERS = (1, 4)


@dataclass(frozen=True)
class Loaded:
    """A bookshop that was under load: what that caused, and who was told of it."""

    workers: int
    shop: Bookshop
    caused: Caused
    scraped: Scrape
    pushed: Collector


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Lend a seeded primary and its replica; what tests write changes no number of theirs."""
    return Databases.made_in(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session", params=WORKERS, ids=lambda workers: f"{workers}-workers")
def loaded(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Loaded]:
    """Load a bookshop with so many workers, and wait until the last request was counted.

    The load comes in two waves with a scrape in between, so that every rate has something to see.
    """
    folder = tmp_path_factory.mktemp("loaded")
    with (
        collector() as pushed,
        bookshop(
            folder,
            databases,
            workers=request.param,
            factory="tests.metrics.e2e.served:create_app",
            environment={COLLECTOR: pushed.url + METRICS_PATH},
        ) as shop,
        prometheus(folder, {JOB: f"{shop.url}/metrics"}) as watching,
    ):
        first, second = visits()[::2], visits()[1::2]
        caused = asyncio.run(send(shop.url, first))
        await_scraped(watching, caused.requests.total())
        caused += asyncio.run(send(shop.url, second))
        requests = caused.requests.total()
        scraped = await_scraped(watching, requests)
        await_pushed(pushed, requests)
        yield Loaded(request.param, shop, caused, scraped, pushed)
