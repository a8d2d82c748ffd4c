"""The options of the command line and of the ini file, as pytest is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pytest

HOOKS: Final = "querywatch-hooks"
MODES: Final = ("off", "report", "warn", "fail")
BASELINE: Final = "querywatch-baseline.json"
BARE: Final = {"--querywatch": "report", "--querywatch-baseline": BASELINE}
"""What the options mean that may be given without a value."""

_FLAG: Final = {"action": "store_true", "default": None}
_OPTIONS: Final[tuple[tuple[str, str | None, dict[str, Any], str], ...]] = (
    (
        "--querywatch",
        None,
        {"metavar": "MODE", "nargs": "?", "const": BARE["--querywatch"]},
        "watch the queries of every test: off, report (default without a value), warn or fail",
    ),
    (
        "--querywatch-baseline",
        None,
        {"metavar": "PATH", "nargs": "?", "const": BARE["--querywatch-baseline"]},
        f"the findings that are accepted ({BASELINE})",
    ),
    ("--querywatch-update", "bool", _FLAG, "add every present finding to the baseline"),
    (
        "--querywatch-baseline-prune",
        "bool",
        _FLAG,
        "remove what no longer occurs from the baseline, after a complete run that passed",
    ),
    (
        "--querywatch-report",
        "linelist",
        {"metavar": "PATH", "action": "append"},
        "write a report: .json, .md, .sarif or .html; may be given again",
    ),
)
"""Name, type of the ini key, how the command line takes it, help."""


def install(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Register options and hooks, once for each plugin manager."""
    if pluginmanager.has_plugin(HOOKS):
        return
    from querywatch.pytest_plugin import hooks  # noqa: PLC0415 - it needs this module

    pluginmanager.register(hooks, HOOKS)
    add = parser.getgroup("querywatch", "queries (querywatch)").addoption
    for name, kind, taken, text in _OPTIONS:
        add(name, help=text, **taken)
        parser.addini(key_of(name), f"as {name}", type=kind)  # type: ignore[arg-type]


def key_of(option: str) -> str:
    """Return the ini key of an *option*."""
    return option.removeprefix("--").replace("-", "_")


def given(config: pytest.Config) -> bool:
    """Tell whether any option is set, on the command line or in the ini file."""
    keys = [key_of(option) for option, *_ in _OPTIONS]
    return any(config.getoption(key) or config.getini(key) for key in keys)


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
        if follower and getattr(known, key_of(option), None) == follower:
            # The first parse of the command line took it: initial conftests go by that one.
            setattr(known, key_of(option), BARE[option])
            known.file_or_dir.insert(0, follower)


def _is_value(option: str, follower: str) -> bool:
    return follower in MODES if option == "--querywatch" else follower.endswith(".json")
