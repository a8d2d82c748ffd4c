"""The bookshop as a process of its own, with everything it prints shown and kept."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

# Port 0: the system picks a free one, and uvicorn says which.
COMMAND = (sys.executable, "-m", "uvicorn", "--factory", "example_app.main:create_app")
OPTIONS = ("--host", "127.0.0.1", "--port", "0", "--no-access-log")
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
ROOT = Path(__file__).parent.parent
PATIENCE = 30.0


@dataclass
class Server:
    """A running bookshop: where it listens, and the lines it has printed so far."""

    url: str = ""
    lines: list[str] = field(default_factory=list)
    ready: Event = field(default_factory=Event)

    def follow(self, output: Iterator[str]) -> None:
        """Show and keep each line of *output* until there are no more."""
        for line in output:
            self.lines.append(line.rstrip("\n"))
            sys.stdout.write(line)
            sys.stdout.flush()
            if found := ADDRESS.search(line):
                self.url = self.url or found[0]
                self.ready.set()
        self.ready.set()


@contextmanager
def running(environment: dict[str, str]) -> Iterator[Server]:
    """Run the bookshop on a free loopback port; once the block has ended, every line is there."""
    server = Server()
    with subprocess.Popen(
        [*COMMAND, *OPTIONS],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        encoding=sys.stdout.encoding,
    ) as process:
        output = iter(process.stderr or ())
        reader = Thread(target=server.follow, args=(output,))
        reader.start()
        try:
            server.ready.wait(PATIENCE)
            if not server.url:
                raise RuntimeError("the bookshop did not start; see what it printed above")
            yield server
        finally:
            process.terminate()
            reader.join(PATIENCE)
            if reader.is_alive():
                process.kill()


def serve(environment: dict[str, str]) -> None:
    """Run the bookshop in the foreground until it is interrupted."""
    with subprocess.Popen([*COMMAND, *OPTIONS], cwd=ROOT, env=environment) as process:
        while process.poll() is None:
            try:
                process.wait()
            except KeyboardInterrupt:
                process.terminate()


def environment_for(folder: str) -> dict[str, str]:
    """Return an environment whose databases are SQLite files in *folder*, all else by default."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("BOOKSHOP_", "QUERYWATCH_")) and name != "FORCE_COLOR"
    }
    return kept | {
        "BOOKSHOP_PRIMARY_URL": f"sqlite:///{folder}/primary.db",
        "BOOKSHOP_REPLICA_URL": f"sqlite:///{folder}/replica.db",
        "PYTHONIOENCODING": sys.stdout.encoding,
        "QUERYWATCH_SERVER_TIMING": "1",
    }
