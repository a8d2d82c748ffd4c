"""A Prometheus of one's own on a loopback port, and promtool."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.services import PATIENCE, Running, awaited, running

LISTENING = r'msg="Listening on" address=(?P<address>127\.0\.0\.1:\d+)'
SCRAPE_INTERVAL = 2
"""Seconds; a scrape may take as long."""


@dataclass(frozen=True)
class Prometheus:
    """A Prometheus that answers at `url`."""

    url: str
    running: Running

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the `data` of an answer of the HTTP API; ValueError with what it objects to."""
        answer = httpx.get(
            f"{self.url}/api/v1/{path}", params=parameters, timeout=PATIENCE, trust_env=False
        ).json()
        if answer["status"] != "success":
            raise ValueError(f"{answer['errorType']}: {answer['error']}")
        return answer["data"]

    def query(self, expression: str, *, at: float | None = None) -> dict[frozenset[Any], float]:
        """Evaluate *expression* (at Unix time *at*): each series' labels, as items, and its value.

        A scalar has no labels.
        """
        when = {} if at is None else {"time": at}
        data = self.get("query", query=expression, **when)
        if data["resultType"] == "scalar":
            return {frozenset(): float(data["result"][1])}
        return {
            frozenset(sample["metric"].items()): float(sample["value"][1])
            for sample in data["result"]
        }

    def await_scrape(self, job: str) -> float:
        """Wait for a whole scrape of *job* that began after this call, and return when it did."""
        before = self.get("query", query="time()")["result"][0]

        def look() -> float | None:
            # What `timestamp()` says of a filtered vector is the time of the question.
            found = self.get("query", query=f'up{{job="{job}"}}[{PATIENCE:.0f}s]')["result"]
            scrapes = [when for series in found for when, up in series["values"] if up == "1"]
            return next((when for when in scrapes if when > before), None)

        return awaited(look, lambda: f"{job} was not scraped: {self.get('targets')}")


@contextmanager
def prometheus(
    folder: Path, targets: Mapping[str, str], **configuration: Any
) -> Iterator[Prometheus]:
    """Run a Prometheus that keeps its data in *folder* and scrapes *targets*, a URL for each job.

    *configuration* is further top-level keys of its configuration file; `folder / "data"` may
    hold blocks already.
    """
    written = {
        "global": {
            "scrape_interval": f"{SCRAPE_INTERVAL}s",
            "scrape_timeout": f"{SCRAPE_INTERVAL}s",
        },
        "scrape_configs": [_scraped(job, httpx.URL(url)) for job, url in targets.items()],
        **configuration,
    }
    # JSON is YAML.
    (folder / "prometheus.yml").write_text(json.dumps(written))
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--web.listen-address=127.0.0.1:0",
        "--enable-feature=exemplar-storage",
    ]
    with running(command, folder / "prometheus.log") as program:
        (listening,) = program.await_lines(LISTENING)
        program.await_lines("Server is ready to receive web requests")
        yield Prometheus(f"http://{listening['address']}", program)


def _scraped(job: str, url: httpx.URL) -> dict[str, Any]:
    return {
        "job_name": job,
        "scheme": url.scheme,
        "metrics_path": url.path,
        "static_configs": [{"targets": [f"{url.host}:{url.port}"]}],
    }


@dataclass(frozen=True)
class Outcome:
    """How promtool ended: 0 where it has nothing to object to, and all that it printed."""

    code: int
    text: str


def promtool(*arguments: str, stdin: str = "") -> Outcome:
    """Run promtool with *arguments*."""
    run = subprocess.run(
        ["promtool", *arguments],  # noqa: S607 - found on the path, as the mark has made sure
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return Outcome(run.returncode, run.stdout)


def check_metrics(exposition: str) -> Outcome:
    """Let `promtool check metrics` read *exposition*, in the text format."""
    return promtool("check", "metrics", stdin=exposition)
