"""A project with tests, run by a pytest of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PLUGINS: Final = ("anyio", "xdist.plugin", "querywatch.pytest_plugin")
BASELINE: Final = "querywatch-baseline.json"
_OUTCOME: Final = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """How one run of a project's tests ended."""

    code: int
    text: str
    errors: str

    @property
    def broken(self) -> set[str]:
        """The tests that failed or could not run."""
        return set(_OUTCOME.findall(self.text))

    @property
    def outcome(self) -> str:
        """What pytest's last line counts, without the time."""
        return self.text.splitlines()[-1].strip("= ").rsplit(" in ", 1)[0]


@dataclass
class Project:
    """A folder with code and tests."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def baseline(self) -> Path:
        """What the project has accepted."""
        return self.folder / BASELINE

    def run(self, *arguments: str) -> Run:
        """Run the tests, or what *arguments* choose of them."""
        plugins = [part for name in PLUGINS for part in ("-p", name)]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rfE"]
        run = subprocess.run(
            [*command, *plugins, *arguments],
            cwd=self.folder,
            env=environment() | self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        return Run(run.returncode, run.stdout, run.stderr)

    def accepted(self) -> list[dict[str, str]]:
        """Read the baseline."""
        return list(json.loads(self.baseline.read_text(encoding="utf-8")))

    def found(self, report: str = "found.json") -> list[dict[str, Any]]:
        """Read the findings of the report a run has written."""
        text = (self.folder / report).read_text(encoding="utf-8")
        return list(json.loads(text)["findings"])


def environment() -> dict[str, str]:
    """Leave out what would make the inner run a part of the outer one."""
    # On CI, pytest prints its summary in full: the texts are those a developer sees.
    outer = ("PYTEST_", "COV_", "COVERAGE_", "QUERYWATCH_", "GITHUB_", "CI", "BUILD_NUMBER")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(outer)}
    return kept | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")])),
        "PYTHONIOENCODING": "utf-8",
    }


def append(path: Path, text: str) -> None:
    """Add *text* to a file that may not be there yet."""
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
