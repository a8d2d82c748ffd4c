"""The QueryWatch that assertions record with."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from querywatch.settings import Settings
from querywatch.settings.options import PREFIX
from querywatch.watch import QueryWatch, steady_detectors


def watch_here() -> QueryWatch:
    """Return a QueryWatch with the options that hold in this directory and environment."""
    given = tuple(sorted(pair for pair in os.environ.items() if pair[0].startswith(PREFIX)))
    return _watch(str(Path.cwd()), given)


@lru_cache(maxsize=16)
def _watch(directory: str, environment: tuple[tuple[str, str], ...]) -> QueryWatch:  # noqa: ARG001
    # Reading the options costs more than a small test; what they depend on is the key.
    settings = Settings.load()
    return QueryWatch(detectors=steady_detectors(settings), settings=settings)
