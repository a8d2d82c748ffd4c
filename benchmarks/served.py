"""The application of `asgi` behind uvicorn; the environment says which contestant watches it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from benchmarks.asgi import around, sync_app
from benchmarks.contestants import CONTESTANTS
from benchmarks.workloads import connect

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTESTANT = "BENCH_CONTESTANT"
URL = "BENCH_URL"


def create_app(environment: Mapping[str, str] = os.environ) -> Any:
    """Build the application that uvicorn serves."""
    engine = connect(environment[URL])
    return around(sync_app(engine), CONTESTANTS[environment[CONTESTANT]](engine))
