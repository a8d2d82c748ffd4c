"""Whoever follows the pages about staging and OpenTelemetry gets what they say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from querywatch.cli import main
from tests.docs.pages import ROOT, blocks, page
from tests.docs.test_readme import DATABASE, without_times
from tests.metrics.e2e.collector import Collector, collector
from tests.prometheus import promtool

STAGING = page("staging.md")
OPENTELEMETRY = page("opentelemetry.md")

VISIT = """
import anyio
import httpx
from app import shop

async def visit():
    transport = httpx.ASGITransport(shop.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        assert len((await client.get("/orders")).json()) == 12
        print((await client.get("/metrics")).text)

anyio.run(visit)
"""

LIST_ORDERS = """
from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.orm import Session
from app.database import Order, open_session


@app.get("/orders")
def list_orders(session: Session = Depends(open_session)) -> list[dict[str, object]]:
    orders = session.scalars(select(Order))
    return [{"id": order.id, "items": [item.sku for item in order.items]} for order in orders]
"""


def visited(folder: Path, shop: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Ask a shop for its orders and for its metrics, in a process of its own."""
    app = folder / "app"
    app.mkdir()
    (folder / "pyproject.toml").write_text("")
    (app / "__init__.py").write_text("")
    (app / "database.py").write_text(DATABASE)
    (app / "shop.py").write_text(shop)
    run = subprocess.run(
        [sys.executable, "-c", VISIT],
        cwd=folder,
        env={"PYTHONPATH": f"{folder}:{ROOT}", "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run


def test_the_application_exposes_what_the_page_shows(tmp_path: Path) -> None:
    """The lines that the page's own filter leaves, and the finding in the log."""
    (application,) = blocks(STAGING, "python")
    (session,) = [block for block in blocks(STAGING, "") if block.startswith("$ curl")]
    _, ask, *shown = session.splitlines()
    filters = ask.partition("|")[2]

    run = visited(tmp_path, application)
    left = subprocess.run(  # noqa: S602 - the page's own pipe
        filters,
        shell=True,
        input=run.stdout,
        capture_output=True,
        text=True,
        check=True,
    )

    (logged,) = [block for block in blocks(STAGING, "") if block.startswith("QW101")]
    assert left.stdout.splitlines() == shown
    assert without_times(run.stderr) == without_times(logged)


@pytest.mark.prometheus
def test_prometheus_takes_the_configuration_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the rules where the page's command puts them."""
    (command,) = [block for block in blocks(STAGING, "") if block.startswith("querywatch ")]
    (configuration,) = blocks(STAGING, "yaml")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prometheus.yml").write_text(configuration)

    code = main(command.split()[1:])
    checked = promtool("check", "config", "prometheus.yml")

    assert (code, checked.code) == (0, 0), checked.text
    assert "rules found" in checked.text
    for named in re.findall(r"`(monitoring/[^`]+)`", STAGING):
        assert any((tmp_path / named).iterdir())


def test_the_application_with_opentelemetry_tells_its_collector(tmp_path: Path) -> None:
    """By the endpoint of the environment, when the process ends at the latest."""
    application, _ = blocks(OPENTELEMETRY, "python")

    with collector() as collected:
        visited(tmp_path, application + LIST_ORDERS, OTEL_EXPORTER_OTLP_ENDPOINT=collected.url)

    assert findings_of(collected) == {"n_plus_one": 1}


def findings_of(collected: Collector) -> dict[str, int]:
    """Return the findings a collector was told of, by kind."""
    findings = collected.total("querywatch.findings", "value")
    return {dict(series)["querywatch.finding.type"]: n for series, n in findings.items() if n}


def test_the_reader_takes_the_limit_that_the_page_gives_it(tmp_path: Path) -> None:
    """The option exists in the SDK of today."""
    application, limit = blocks(OPENTELEMETRY, "python")

    visited(tmp_path, application + limit + LIST_ORDERS, OTEL_SDK_DISABLED="true")
