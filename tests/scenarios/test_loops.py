"""Every loop of the catalogue is found on every database, and its fix is true."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.scenarios.catalogue import Scenario, scenarios
from tests.scenarios.shop import watch, watch_async
from tests.scenarios.verdict import cures, still_wrong


@pytest.mark.parametrize("scenario", scenarios("loops_*.py"))
def test_a_loop_is_found_and_named(shop: Engine, scenario: Scenario) -> None:
    """Code, subject, lines, fix and prediction are the expected ones, and nothing else is."""
    report = watch(shop, scenario.run)

    assert scenario.facts_of(report) == scenario.facts()


@pytest.mark.parametrize("scenario", scenarios("loops_*.py"))
def test_the_fix_of_a_loop_is_true(shop: Engine, scenario: Scenario) -> None:
    """With the fix applied the loop is gone, and the statements are as many as predicted."""
    report = watch(shop, scenario.run)

    assert [
        still_wrong(cure.finding, report, watch(shop, cure.run, *cure.options))
        for cure in cures(scenario, report)
    ] == [""] * len(scenario.expected)


@pytest.mark.anyio
@pytest.mark.parametrize("scenario", scenarios("loops_*.py", on_async=True))
async def test_a_loop_is_found_and_named_below_run_sync(
    async_shop: AsyncEngine, scenario: Scenario
) -> None:
    """The same through `AsyncSession.run_sync`."""
    report = await watch_async(async_shop, scenario.run)

    assert scenario.facts_of(report) == scenario.facts(on_async=True)


@pytest.mark.anyio
@pytest.mark.parametrize("scenario", scenarios("loops_*.py", on_async=True))
async def test_the_fix_of_a_loop_is_true_below_run_sync(
    async_shop: AsyncEngine, scenario: Scenario
) -> None:
    """The same through `AsyncSession.run_sync`."""
    report = await watch_async(async_shop, scenario.run)

    assert [
        still_wrong(cure.finding, report, await watch_async(async_shop, cure.run, *cure.options))
        for cure in cures(scenario, report)
    ] == [""] * len(scenario.expected)
