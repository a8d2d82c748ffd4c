"""The options of the command line and of the ini file, and what they come to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HOOKS: Final = "querywatch-hooks"
MODES: Final = ("off", "report", "warn", "fail")
SUFFIXES: Final = (".json", ".md", ".sarif", ".html")
BASELINE: Final = "querywatch-baseline.json"
BARE: Final = {"--querywatch": "report", "--querywatch-baseline": BASELINE}
"""What the options mean that may be given without a value."""


@dataclass(frozen=True)
class Options:
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


def install(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Register options and hooks, once for each plugin manager."""
    if pluginmanager.has_plugin(HOOKS):
        return
    from querywatch.pytest_plugin import hooks  # noqa: PLC0415 - it needs this module

    pluginmanager.register(hooks, HOOKS)
    _add(parser)


def _add(parser: pytest.Parser) -> None:
    group = parser.getgroup("querywatch", "queries (querywatch)")
    add = group.addoption
    add(
        "--querywatch",
        metavar="MODE",
        nargs="?",
        const="report",
        help="watch the queries of every test: off, report (default without a value), warn or fail",
    )
    add(
        "--querywatch-baseline",
        metavar="PATH",
        nargs="?",
        const=BASELINE,
        help=f"the findings that are accepted ({BASELINE})",
    )
    add(
        "--querywatch-update",
        action="store_true",
        default=None,
        help="add every present finding to the baseline",
    )
    add(
        "--querywatch-baseline-prune",
        action="store_true",
        default=None,
        help="remove what no longer occurs from the baseline, after a complete run that passed",
    )
    add(
        "--querywatch-report",
        metavar="PATH",
        action="append",
        help="write a report: .json, .md, .sarif or .html; may be given again",
    )
    parser.addini("querywatch", "as --querywatch")
    parser.addini("querywatch_baseline", "as --querywatch-baseline")
    parser.addini("querywatch_update", "as --querywatch-update", type="bool", default=False)
    parser.addini(
        "querywatch_baseline_prune", "as --querywatch-baseline-prune", type="bool", default=False
    )
    parser.addini("querywatch_report", "as --querywatch-report", type="linelist")


def join_values(args: list[str], known: Any) -> None:
    """Keep the options without a value from taking the path of a test for theirs."""
    for number, option in enumerate(args):
        if option not in BARE:
            continue
        follower = args[number + 1] if number + 1 < len(args) else ""
        if _is_value(option, follower):
            args[number : number + 2] = [f"{option}={follower}"]
            continue
        args[number] = f"{option}={BARE[option]}"
        name = option.removeprefix("--").replace("-", "_")
        if follower and getattr(known, name, None) == follower:
            # The first parse of the command line took it: initial conftests go by that one.
            setattr(known, name, BARE[option])
            known.file_or_dir.insert(0, follower)


def _is_value(option: str, follower: str) -> bool:
    return follower in MODES if option == "--querywatch" else follower.endswith(".json")


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
