"""The results of a run as JSON, so that the page can be written again without measuring again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from benchmarks.costs import Cost
from benchmarks.figures import Row, Spread
from benchmarks.load import Served
from benchmarks.memory import Kept
from benchmarks.results import Results
from benchmarks.sinks import Sink

if TYPE_CHECKING:
    from pathlib import Path


def save(results: Results, path: Path) -> None:
    """Write *results* to *path*."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(results), indent=1) + "\n", "utf-8")


def load(path: Path) -> Results:
    """Read what `save` wrote."""
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    found["rows"] = [_row(row) for row in found["rows"]]
    found["turns"] = [_row(row) for row in found["turns"]]
    found["rivals"] = {name: [_row(row) for row in rows] for name, rows in found["rivals"].items()}
    found["served"] = [Served(**row) for row in found["served"]]
    found["costs"] = [
        Cost(**{**row, "seconds": Spread(**row["seconds"])}) for row in found["costs"]
    ]
    found["kept"] = [Kept(**row) for row in found["kept"]]
    found["sinks"] = [
        Sink(**{**row, "ratio": Spread(**row["ratio"]), "added": Spread(**row["added"])})
        for row in found["sinks"]
    ]
    return Results(**found)


def _row(row: dict[str, Any]) -> Row:
    return Row(**{**row, "ratio": Spread(**row["ratio"])})
