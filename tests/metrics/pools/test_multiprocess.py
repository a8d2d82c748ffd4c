"""Pools of several processes that share a directory: their connections are added up.

Prometheus' client decides with its import whether it shares, so every process here is a new one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import ROOT
from tests.metrics.prometheus.reading import Samples, samples

PROGRAM = """
import gc, os, sys
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
from sqlalchemy import QueuePool, create_engine
from querywatch.sinks.prometheus import PrometheusSink
from tests.metrics.shared.reports import report

def made(name="shop.sqlite3"):
    url = f"sqlite:///{os.environ['PROMETHEUS_MULTIPROC_DIR']}/{name}"
    return create_engine(url, poolclass=QueuePool, pool_size=2, max_overflow=1)

def forked(act):
    # The parent reads what the child wrote while both live: "livesum" forgets who has ended.
    down, up = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        try:
            kept = act()
            os.write(up[1], b"1")
            os.read(down[0], 1)
        finally:
            os._exit(0)
    os.close(up[1])
    assert os.read(up[0], 1) == b"1"
    return lambda: (os.write(down[1], b"1"), os.waitpid(child, 0))

def show():
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    print(generate_latest(registry).decode())
"""
# From 3.13 on Python says so of an engine that ends with its process.
UNCLOSED = ("-W", "ignore:unclosed database in <sqlite3.Connection:ResourceWarning")
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


def _run(program: str, directory: Path) -> Samples:
    """Run *program* in a process that shares *directory*, and read what it shows."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *UNCLOSED, "-c", PROGRAM + program],
        cwd=ROOT,
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return {
        (name.removeprefix("querywatch_pool_"), *labels): value
        for (name, *labels), value in samples(done.stdout).items()
        if name.startswith("querywatch_pool_") and not name.endswith(("_bucket", "_sum"))
    }


@needs_fork
def test_workers_forked_after_the_import_are_added_up(tmp_path: Path) -> None:
    """Each has a pool of its own, and the parent's connections count once."""
    found = _run(
        """
engine = made()
sink = PrometheusSink(pools={"primary": engine})
held = [engine.connect(), engine.connect()]
held.pop().close()

def work():
    engine.dispose(close=False)
    return engine.connect()

ends = [forked(work), forked(work)]
show()
[end() for end in ends]
""",
        tmp_path,
    )

    assert found["connections", "primary", "used"] == 3
    assert found["connections", "primary", "idle"] == 1
    assert found["connections_max", "primary"] == 9
    assert found["wait_duration_seconds_count", "primary"] == 4
    assert found["hold_duration_seconds_count", "primary"] == 1


@needs_fork
def test_a_worker_that_opens_nothing_has_nothing(tmp_path: Path) -> None:
    """What it inherited is its parent's, whether it says so or not."""
    found = _run(
        """
engine, other = made(), made("other.sqlite3")
sink = PrometheusSink(pools={"primary": engine})
held = engine.connect()
end = forked(lambda: (sink(report()), other.connect())[1])
show()
end()
""",
        tmp_path,
    )

    assert found["connections", "primary", "used"] == 1
    assert found["connections", "other.sqlite3", "used"] == 1
    assert found["wait_duration_seconds_count", "primary"] == 1


def test_the_gauges_of_an_engine_that_is_gone_are_zero(tmp_path: Path) -> None:
    """They cannot be taken away there, and nobody is warned about it."""
    found = _run(
        """
sink = PrometheusSink(pools=True)
engine = made()
engine.connect().close()
engine.dispose()
del engine
gc.collect()
sink(report())
show()
""",
        tmp_path,
    )

    assert found["connections", "shop.sqlite3", "idle"] == 0
    assert found["connections_max", "shop.sqlite3"] == 0
    assert found["wait_duration_seconds_count", "shop.sqlite3"] == 1
