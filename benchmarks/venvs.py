"""An environment for each rival, made when there is none yet."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.places import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.rivals import Rival

FOLDER = ROOT / ".venvs"
# What the workloads need beside the rival.
BESIDE = ("asyncpg", "fastapi", "greenlet", "psycopg[binary]")
# Asked of the interpreter in question: its packages are not ours.
VERSIONS = """
import sys
from importlib.metadata import PackageNotFoundError, version
for name in sys.argv[1:]:
    try:
        print(name, version(name))
    except PackageNotFoundError:
        print(name, "not installed")
"""


def python_for(name: str, rival: Rival, folder: Path = FOLDER) -> str:
    """Return the interpreter *rival* is installed for; CalledProcessError when it cannot be."""
    venv = folder / f"rival-{name}"
    python = venv / "bin" / "python"
    requirements = [*rival.requirements, *BESIDE, f"sqlalchemy{rival.sqlalchemy}"]
    ready = venv / ".ready"
    if not ready.exists() or ready.read_text("utf-8").splitlines() != requirements:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, *requirements], check=True)
        ready.write_text("\n".join(requirements) + "\n", "utf-8")
    return str(python)


def versions_in(python: str, *names: str) -> dict[str, str]:
    """Return the installed version of each of *names*."""
    done = subprocess.run(
        [python, "-c", VERSIONS, *(name.partition("[")[0] for name in names)],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())
