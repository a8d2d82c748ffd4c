"""What the options of a run come to, and which of them are refused."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from querywatch.pytest_plugin.options import BASELINE, MODES

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES: Final = (".json", ".md", ".sarif", ".html")


class Options(NamedTuple):
    """What this run was asked for; `mode` is "off" where nothing was."""

    mode: str
    baseline: Path
    update: bool
    prune: bool
    reports: tuple[Path, ...]

    @property
    def awake(self) -> bool:
        """Whether every test is watched, not just those with a mark."""
        return self.mode != "off"


def resolved(config: pytest.Config) -> Options:
    """Read the options, from the command line and then from the ini file."""
    update = _flag(config, "querywatch_update")
    prune = _flag(config, "querywatch_baseline_prune")
    written = config.getoption("querywatch_report")
    reports = _paths(config, written or config.getini("querywatch_report"), by_hand=bool(written))
    mode = _mode(config, ratchet=update or prune, reports=bool(reports))
    if mode == "off" and (update or prune):
        raise pytest.UsageError("--querywatch=off leaves nothing to update: use --querywatch=fail")
    for path in reports:
        _check_report(path)
    named = config.getoption("querywatch_baseline")
    (baseline,) = _paths(
        config,
        [named or config.getini("querywatch_baseline") or BASELINE],
        by_hand=named not in {None, BASELINE},
    )
    return Options(mode, baseline, update, prune, reports)


def _mode(config: pytest.Config, *, ratchet: bool, reports: bool) -> str:
    given = config.getoption("querywatch") or str(config.getini("querywatch") or "")
    if not given:
        implied = "report" if reports or config.getoption("querywatch_baseline") else "off"
        return "fail" if ratchet else implied
    if given not in MODES:
        raise pytest.UsageError(f"--querywatch must be {', '.join(MODES)}, not {given!r}")
    return str(given)


def _flag(config: pytest.Config, name: str) -> bool:
    given = config.getoption(name)
    return bool(config.getini(name) if given is None else given)


def _paths(config: pytest.Config, given: list[str], *, by_hand: bool) -> tuple[Path, ...]:
    # As everywhere in pytest: what is typed is relative to where it is typed.
    base = config.invocation_params.dir if by_hand else config.rootpath
    return tuple(base / path for path in given)


def _check_report(path: Path) -> None:
    if path.suffix not in SUFFIXES:
        raise pytest.UsageError(f"--querywatch-report={path}: end in {', '.join(SUFFIXES)}")
    if path.is_dir() or not _writable(path):
        raise pytest.UsageError(f"--querywatch-report={path}: cannot be written")


def _writable(path: Path) -> bool:
    parents = [parent for parent in path.parents if parent.exists()]
    target = path if path.exists() else parents[0]
    return (path.exists() or target.is_dir()) and os.access(target, os.W_OK)
