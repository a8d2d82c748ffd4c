"""Importing the face loads neither SQLAlchemy nor Starlette."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.house import PACKAGE, ROOT

HEAVY = {"fastapi", "sqlalchemy", "starlette"}
LIGHT = [PACKAGE, f"{PACKAGE}.pytest_plugin", f"{PACKAGE}.pytest_plugin.hooks"]


def _heavy_after(statement: str) -> set[str]:
    """Name the heavy packages that a fresh interpreter has loaded after *statement*."""
    program = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return HEAVY & set(result.stdout.split())


@pytest.mark.parametrize("module", LIGHT)
def test_importing_the_face_is_light(module: str) -> None:
    """A process that only imports querywatch pays for nothing it does not use."""
    assert _heavy_after(f"import {module}") == set()


def test_what_is_used_is_loaded() -> None:
    """The check sees a package that was loaded."""
    assert _heavy_after("import sqlalchemy") == {"sqlalchemy"}
