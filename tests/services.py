"""Programs that tests run beside themselves, and what keeps a test from having them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds that a program may take to start, to end, or to come to what a test waits for."""
PAUSE = 0.05
"""Seconds between two looks at a program."""


@dataclass(frozen=True)
class Program:
    """Programs that tests with the pytest mark `mark` need, and the Debian package they are in."""

    mark: str
    executables: tuple[str, ...]
    package: str

    def trouble(self) -> str:
        """Say why the programs cannot be used; "" when they can."""
        missing = [name for name in self.executables if shutil.which(name) is None]
        return f"{', '.join(missing)} not found: apt-get install {self.package}" if missing else ""


PROMETHEUS = Program("prometheus", ("prometheus", "promtool"), "prometheus")
PROGRAMS = (PROMETHEUS,)


@dataclass(frozen=True)
class Running:
    """A program that runs, and the file that takes all it prints."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def printed(self) -> str:
        """What it has printed so far."""
        return self.log.read_text("utf-8", "replace")

    def await_lines(self, pattern: str, times: int = 1) -> list[re.Match[str]]:
        """Wait until *pattern* was printed so often; RuntimeError if the program ends before."""

        def look() -> list[re.Match[str]] | None:
            ended = self.process.poll() is not None
            found = list(re.finditer(pattern, self.printed))
            if ended and len(found) < times:
                raise RuntimeError(f"it ended before it printed {pattern!r}:\n{self.printed}")
            return found if len(found) >= times else None

        return awaited(look, lambda: f"{pattern!r} was not printed:\n{self.printed}")


@contextmanager
def running(
    command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Run *command* while the block runs, its output in *log*; then end it and wait for that."""
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=environment
        ) as process,
    ):
        try:
            yield Running(process, log)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def awaited(look: Callable[[], T | None], trouble: Callable[[], str]) -> T:
    """Return the first of *look*'s answers that is not None; TimeoutError with *trouble* if none.

    A program of its own tells nobody when it is ready: one has to look.
    """
    until = monotonic() + PATIENCE
    while (answer := look()) is None:
        if monotonic() > until:
            raise TimeoutError(trouble())
        sleep(PAUSE)
    return answer
