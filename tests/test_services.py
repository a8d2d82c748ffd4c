"""Programs that are missing are named; programs that run are waited for, and ended."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.services import Program, running


def test_a_missing_program_is_named_with_its_package() -> None:
    """So that whoever reads why a test was skipped knows the cure."""
    program = Program("colour", ("no-such-program", "sh"), "paint")

    assert program.trouble() == "no-such-program not found: apt-get install paint"


def test_a_program_that_is_there_is_no_trouble() -> None:
    """The twin."""
    assert Program("shell", ("sh",), "dash").trouble() == ""


def test_a_program_is_ended_with_its_block(tmp_path: Path) -> None:
    """Having printed what was waited for."""
    code = "import time; print('ready on 7', flush=True); time.sleep(600)"

    with running([sys.executable, "-c", code], tmp_path / "log") as program:
        (line,) = program.await_lines(r"ready on (\d)")

    assert line[1] == "7"
    assert program.process.returncode is not None


def test_a_program_that_ends_too_early_is_an_error(tmp_path: Path) -> None:
    """With all it has printed, not after a minute of waiting."""
    command = [sys.executable, "-c", "print('no port is free')"]

    with (
        running(command, tmp_path / "log") as program,
        pytest.raises(RuntimeError, match="no port is free"),
    ):
        program.await_lines("ready")
