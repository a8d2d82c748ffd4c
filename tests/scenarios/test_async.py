"""Scenarios that only an AsyncSession knows, on every asynchronous driver."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.scenarios.catalogue import Scenario, scenarios
from tests.scenarios.shop import watch_async
from tests.scenarios.verdict import cures, still_wrong


@pytest.mark.anyio
@pytest.mark.parametrize("scenario", scenarios("async_loops*.py"))
async def test_a_loop_is_found_and_named(async_shop: AsyncEngine, scenario: Scenario) -> None:
    """Code, subject, lines, fix and prediction are the expected ones, and nothing else is."""
    report = await watch_async(async_shop, scenario.run)

    assert scenario.facts_of(report) == scenario.facts(on_async=True)


@pytest.mark.anyio
@pytest.mark.parametrize("scenario", scenarios("async_loops*.py"))
async def test_the_fix_of_a_loop_is_true(async_shop: AsyncEngine, scenario: Scenario) -> None:
    """With the fix applied the loop is gone, and the statements are as many as predicted."""
    report = await watch_async(async_shop, scenario.run)

    assert [
        still_wrong(cure.finding, report, await watch_async(async_shop, cure.run, *cure.options))
        for cure in cures(scenario, report)
    ] == [""] * len(scenario.expected)


@pytest.mark.anyio
@pytest.mark.parametrize("scenario", scenarios("async_silent*.py"))
async def test_what_is_no_loop_stays_silent(async_shop: AsyncEngine, scenario: Scenario) -> None:
    """No finding at all, at default settings, though statements were seen."""
    report = await watch_async(async_shop, scenario.run)

    assert report.findings == ()
    assert report.queries
