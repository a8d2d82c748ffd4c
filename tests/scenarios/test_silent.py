"""Every pattern of the catalogue that is no loop stays silent on every database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.scenarios.catalogue import Scenario, scenarios
from tests.scenarios.shop import watch, watch_async


@pytest.mark.parametrize("scenario", scenarios("silent_*.py"))
def test_what_is_no_loop_stays_silent(shop: Engine, scenario: Scenario) -> None:
    """No finding at all, at default settings, though statements were seen."""
    report = watch(shop, scenario.run)

    assert report.findings == ()
    assert report.queries


@pytest.mark.anyio
@pytest.mark.parametrize("scenario", scenarios("silent_*.py", on_async=True))
async def test_what_is_no_loop_stays_silent_below_run_sync(
    async_shop: AsyncEngine, scenario: Scenario
) -> None:
    """The same through `AsyncSession.run_sync`."""
    report = await watch_async(async_shop, scenario.run)

    assert report.findings == ()
    assert report.queries
