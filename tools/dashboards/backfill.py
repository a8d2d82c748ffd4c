"""A Prometheus data directory with the sample in it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tools.dashboards.exposition import openmetrics
from tools.dashboards.sample import day


def backfill(folder: Path) -> None:
    """Write the sample as blocks of Prometheus into `folder / "data"`."""
    text = folder / "sample.om"
    with text.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in openmetrics(day()))
    subprocess.run(
        ["promtool", "tsdb", "create-blocks-from", "openmetrics", text, folder / "data"],  # noqa: S607
        check=True,
        stdout=subprocess.DEVNULL,
    )
    text.unlink()
