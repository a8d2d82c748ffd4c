"""Several processes that share a directory: nothing vanishes, nothing is counted twice.

Prometheus' client decides with its import whether it shares, so every process here is a new one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from querywatch import ConfigurationError
from querywatch.sinks.prometheus import PrometheusSink
from tests.architecture.house import ROOT
from tests.metrics.prometheus.reading import Samples, samples
from tests.metrics.shared.reports import loop, report
from tests.prometheus import check_metrics

PRELUDE = """
import os, sys
from prometheus_client import CollectorRegistry
from starlette.testclient import TestClient
from querywatch.sinks.prometheus import PrometheusSink, metrics_app
from tests.metrics.shared.reports import loop, query, report

def scrape(**headers):
    return TestClient(metrics_app()).get("/", headers=headers)

def forked(act):
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
"""
SCRAPE = "print(scrape().text)"
ORDERS = ("querywatch_request_queries_count", "GET", "/orders")


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Lend the directory that processes share."""
    path = tmp_path / "shared"
    path.mkdir()
    return path


def _run(program: str, directory: Path | str, **environment: str) -> str:
    """Run *program* in a process that shares *directory* and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PRELUDE + program],
        cwd=ROOT,
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_processes_count_is_added_up(shared: Path) -> None:
    """Three of them count, and a fourth one is asked."""
    for requests in (1, 2, 4):
        _run(f"sink = PrometheusSink()\nfor _ in range({requests}): sink(loop(4))", shared)

    found = samples(_run(SCRAPE, shared))
    assert found[ORDERS] == 7
    assert found["querywatch_request_queries_sum", "GET", "/orders"] == 35
    assert found["querywatch_findings_total", "GET", "/orders", "n_plus_one"] == 7
    assert found["querywatch_findings_total", "GET", "/orders", "slow_query"] == 0
    assert found["querywatch_redundant_queries_total", "GET", "/orders"] == 21


def _alone(*reports: Any) -> Samples:
    registry = CollectorRegistry()
    sink = PrometheusSink(registry=registry, fingerprints=True, returned_rows=True)
    for one in reports:
        sink(one)
    return samples(registry)


def test_no_series_is_missing_and_none_is_new(shared: Path) -> None:
    """The scrape holds what one process alone would show, label for label."""
    program = """
sink = PrometheusSink(fingerprints=True, returned_rows=True)
sink(loop(4))
sink(report("/empty"))
"""
    found = samples(_run(program + SCRAPE, shared))
    expected = _alone(loop(4), report("/empty"))

    for measured in (found, expected):
        assert measured.pop(("querywatch_overhead_seconds_total",)) > 0
    assert found == expected


@pytest.mark.prometheus
def test_promtool_has_nothing_to_object_to(shared: Path) -> None:
    """The client writes this exposition by other code than that of one process."""
    outcome = check_metrics(_run(f"PrometheusSink()(loop(4))\n{SCRAPE}", shared))

    assert (outcome.code, outcome.text) == (0, "")


def test_openmetrics_is_spoken_here_as_well(shared: Path) -> None:
    """Without exemplars: nobody is asked for one that would be thrown away."""
    program = """
PrometheusSink(exemplar=lambda: sys.exit("asked"))(loop(4))
answer = scrape(accept="application/openmetrics-text;version=1.0.0")
print(answer.headers["content-type"])
print(answer.text)
"""
    content_type, _, exposition = _run(program, shared).partition("\n")

    assert content_type.startswith("application/openmetrics-text; version=1.0.0")
    assert exposition.strip().endswith("# EOF")
    assert " # {" not in exposition


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_workers_forked_from_one_process_count_each_for_itself(shared: Path) -> None:
    """What the parent had counted is not counted again, and every route begins at 0."""
    program = """
sink = PrometheusSink()
sink(loop(4))
forked(lambda: [sink(loop(4)), sink(loop(4))])
forked(lambda: sink(report("/of-the-child")))
"""
    found = samples(_run(program + SCRAPE, shared))

    assert found[ORDERS] == 3
    assert found["querywatch_request_queries_count", "GET", "/of-the-child"] == 1
    assert found["querywatch_findings_total", "GET", "/of-the-child", "n_plus_one"] == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_worker_tells_its_versions_when_its_parent_is_gone(shared: Path) -> None:
    """The series is one, and it is 1, whoever is left."""
    program = """
import json
sink = PrometheusSink()
def work():
    parent_file, = [name for name in os.listdir(sys.argv[1]) if name.startswith("gauge_livemax")]
    sink(loop(4))
    os.remove(os.path.join(sys.argv[1], parent_file))
    lines = scrape().text.splitlines()
    print(json.dumps([line for line in lines if line.startswith("querywatch_build_info{")]))
    sys.stdout.flush()
sys.argv.append(os.environ["PROMETHEUS_MULTIPROC_DIR"])
forked(work)
"""
    (line,) = json.loads(_run(program, shared))

    assert line.endswith("} 1.0")
    assert "pid" not in line


def _pool_of(process: str) -> str:
    return f"""
from querywatch.sinks._metrics import table
from querywatch.sinks.prometheus._families import families
from prometheus_client import REGISTRY
made = families(REGISTRY, table.POOL_METRICS)
used = made[table.POOL_CONNECTIONS].labels("{process}", "used")
"""


def test_gauges_of_processes_that_run_are_added_up(shared: Path) -> None:
    """Each has a pool of its own; the application has the sum of their connections."""
    program = f"""{_pool_of("primary")}
used.set(2)
if child := os.fork():
    os.waitpid(child, 0)
else:
    used.set(3)
    print(scrape().text)
    sys.stdout.flush()
    os._exit(0)
"""
    found = samples(_run(program, shared))

    assert found["querywatch_pool_connections", "primary", "used"] == 5


def test_gauges_of_processes_that_ended_are_forgotten(shared: Path) -> None:
    """A worker that crashed holds no connection; what it had counted stays."""
    _run(f"{_pool_of('primary')}used.set(5)\nPrometheusSink()(loop(4))", shared)
    before = samples(_run(f"{_pool_of('other')}used.set(1)\n{SCRAPE}", shared))

    assert before["querywatch_pool_connections", "other", "used"] == 1
    assert ("querywatch_pool_connections", "primary", "used") not in before
    assert before[ORDERS] == 1


def test_gauges_of_workers_numbered_in_another_way_are_left_alone(shared: Path) -> None:
    """An application may tell its workers apart by something else than their process."""
    program = f"""
from prometheus_client import values
values.ValueClass = values.MultiProcessValue(lambda: 3999999)
{_pool_of("primary")}
used.set(5)
{SCRAPE}
"""
    found = samples(_run(program, shared))

    assert found["querywatch_pool_connections", "primary", "used"] == 5


def test_a_directory_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """With the variable's name, before the first request."""
    program = """
from querywatch import ConfigurationError
for make in (PrometheusSink, metrics_app):
    try:
        make()
    except ConfigurationError as error:
        print(error)
"""
    wrong = tmp_path / "missing"
    words = f"PROMETHEUS_MULTIPROC_DIR must name a directory that exists, not {str(wrong)!r}"

    assert _run(program, wrong).splitlines() == [words, words]


def test_a_directory_named_too_late_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client has decided by then: everything would be counted, and nothing scraped."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    with pytest.raises(ConfigurationError, match="before prometheus_client is imported"):
        PrometheusSink(registry=CollectorRegistry())


def test_a_directory_that_is_taken_away_costs_the_scrape_alone(shared: Path) -> None:
    """Requests go on being counted into files that nobody can read."""
    program = """
import shutil
from querywatch import capture
sink = PrometheusSink()
sink(loop(4))
app = TestClient(metrics_app())
shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"])
print(app.get("/").status_code, app.get("/").text)
sink(loop(4))
print(capture.failures())
"""
    first, _, failures = _run(program, shared).split("\n", 2)

    assert first == "503 the metrics could not be collected: ConfigurationError"
    assert failures.split() == ["2"]
