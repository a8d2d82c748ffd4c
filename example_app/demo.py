"""The demonstration: `python -m example_app.demo [--keep]`.

It migrates, seeds and starts the bookshop on SQLite files of its own, calls every sin and every
cure once, and says which were found. With --keep a fresh server then stays up until Ctrl-C.
"""

import argparse
import signal
import subprocess
import sys
from collections.abc import Sequence
from tempfile import TemporaryDirectory

import httpx

from example_app.catalogue import PAIRS
from example_app.console import read_findings
from example_app.server import PATIENCE, ROOT, environment_for, running, serve
from example_app.verdict import Verdict, judge, table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demonstration; 0 when every sin was found and every cure was silent."""
    parser = argparse.ArgumentParser(prog="example_app.demo", description="Run the bookshop.")
    parser.add_argument("--keep", action="store_true", help="leave the bookshop running")
    keep = parser.parse_args(arguments).keep
    # A server of ours must not outlive us, however we are asked to end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with TemporaryDirectory(prefix="bookshop-", ignore_cleanup_errors=True) as folder:
        environment = environment_for(folder)
        verdicts = demonstrate(environment)
        if keep:
            say("\nThe bookshop stays open; Ctrl-C closes it.")
            serve(environment)
    return 0 if all(verdict.is_right for verdict in verdicts) else 1


def demonstrate(environment: dict[str, str]) -> list[Verdict]:
    """Prepare the databases, visit every endpoint once, and show what was said of each."""
    for step in ("migrate", "seed"):
        say(f"$ python -m example_app.{step}")
        command = [sys.executable, "-m", f"example_app.{step}"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    say("$ uvicorn --factory example_app.main:create_app")
    with running(environment) as server:
        answers = visit(server.url)
    findings = read_findings(server.lines)
    verdicts = [judge(pair, answers, findings) for pair in PAIRS]
    right = sum(verdict.is_right for verdict in verdicts)
    say(f"\n{table(verdicts)}\n\n{right} of {len(verdicts)} pairs: sin found, cure silent")
    return verdicts


def visit(url: str) -> dict[str, httpx.Response]:
    """Call each sin and its cure once; the answers by path."""
    with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client:
        return {
            path: client.request(pair.method, path)
            for pair in PAIRS
            for path in (pair.sin, pair.cure)
        }


def say(text: str) -> None:
    """Print *text* at once, so that it stands before what the server prints next."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
