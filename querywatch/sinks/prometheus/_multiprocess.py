"""Several worker processes, each of which writes what it counts into one shared directory.

That is the multiprocess mode of Prometheus' client: PROMETHEUS_MULTIPROC_DIR, set before the
process imports it, names the directory.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, multiprocess, values

from querywatch.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"


def directory() -> Path | None:
    """Return the directory that processes share, None outside multiprocess mode.

    Raises ConfigurationError where it does not exist, and where the variable was set too late
    for Prometheus' client to write there.
    """
    # The client takes the lower-case spelling as well.
    named = os.environ.get(VARIABLE) or os.environ.get(VARIABLE.lower())
    if not named:
        return None
    if values.ValueClass is values.MutexValue:
        msg = f"{VARIABLE} must be set before prometheus_client is imported, not after ({named!r})"
        raise ConfigurationError(msg)
    path = Path(named)
    if not path.is_dir():
        raise ConfigurationError(f"{VARIABLE} must name a directory that exists, not {named!r}")
    return path


def collected(path: Path) -> CollectorRegistry:
    """Return a registry of what all processes have written into *path*."""
    for number in _ended(path):
        # Another scrape may be removing the same files.
        with suppress(FileNotFoundError):
            multiprocess.mark_process_dead(number, str(path))  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, str(path))  # type: ignore[no-untyped-call]
    return registry


def _ended(path: Path) -> Iterator[int]:
    # uvicorn starts a worker anew without telling anybody: the connections that the old one
    # held would be counted for ever. os.kill(pid, 0) asks nothing but on POSIX.
    if os.name != "posix" or not _names_processes(path):
        return
    owners = {file.stem.rpartition("_")[2] for file in path.glob("gauge_live*_*.db")}
    for owner in owners:
        if owner.isdigit() and not _runs(int(owner)):
            yield int(owner)


def _names_processes(path: Path) -> bool:
    # An application may number its workers by something else than their process.
    return any(path.glob(f"*_{os.getpid()}.db"))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
