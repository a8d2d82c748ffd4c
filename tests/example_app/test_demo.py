"""The demonstration, run as a user runs it: real processes, real HTTP, real output."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from example_app.catalogue import PAIRS
from example_app.server import ROOT, environment_for, running

DEMO = (sys.executable, "-m", "example_app.demo")


@contextmanager
def started(*options: str) -> Iterator["subprocess.Popen[str]"]:
    """Start the demonstration; it is ended with the block if it has not ended by itself."""
    with subprocess.Popen(
        [*DEMO, *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env=environment_for("unused") | {"PYTHONIOENCODING": "utf-8"},
    ) as process:
        yield process
        process.terminate()


def test_every_sin_is_found_and_every_cure_is_silent() -> None:
    """The closing table has the catalogue's pairs, each of them right, and the exit code is 0."""
    with started() as process:
        output, _ = process.communicate()
    lines = [line for line in output.splitlines() if re.match(r"QW\d{3} ", line)]
    rows = [line.split() for line in lines]
    expected = [(pair.code, pair.sin, "found", pair.cure, "silent") for pair in PAIRS]

    assert [(row[0], row[-6], row[-4], row[-3], row[-1]) for row in rows] == expected, output
    assert all(pair.subject in line for pair, line in zip(PAIRS, lines, strict=True))
    assert all(int(row[-2]) <= int(row[-5]) for row in rows)
    assert process.returncode == 0


def test_the_kept_bookshop_answers_until_it_is_interrupted() -> None:
    """With --keep a server stays up after the table and says where; Ctrl-C ends everything."""
    with started("--keep") as process:
        lines = iter(process.stdout or ())
        assert any("The bookshop stays open" in line for line in lines)
        url = next(found[0] for line in lines if (found := re.search(r"http://[\d.:]+", line)))
        answer = httpx.get(f"{url}/cures/order-items", trust_env=False)
        process.send_signal(signal.SIGINT)
        rest = list(lines)

    assert answer.status_code == 200
    assert any("Finished server process" in line for line in rest)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_a_bookshop_that_cannot_start_is_an_error() -> None:
    """A server that ends before it listens is reported, not waited for."""
    environment = environment_for("unused") | {"BOOKSHOP_POOL_SIZE": "none"}

    with pytest.raises(RuntimeError, match="did not start"), running(environment):
        pass
