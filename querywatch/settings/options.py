"""The options, from code, then the environment, then pyproject.toml: read in this one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeAlias, cast

from querywatch.errors import ConfigurationError
from querywatch.settings import checks

Mode: TypeAlias = Literal["observe", "warn", "raise"]
BackendName: TypeAlias = Literal["auto", "dialect", "cursor"]

PREFIX: Final = "QUERYWATCH_"
TABLE: Final = "tool.querywatch"

_CHECKS: Final[dict[str, checks.Check]] = {
    "enabled": checks.flag,
    "mode": checks.one_of("observe", "warn", "raise"),
    "max_queries": checks.count,
    "max_db_seconds": checks.seconds,
    "slow_seconds": checks.seconds,
    "exclude": checks.paths,
    "sample_rate": checks.share,
    "server_timing": checks.flag,
    "app_roots": checks.names,
    "ignore": checks.codes,
    "backend": checks.one_of("auto", "dialect", "cursor"),
    "max_recorded": checks.count,
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every option, each with a value it can have; anything else is a ConfigurationError.

    `mode`: "observe" feeds only the sinks one named, "warn" also shows findings, "raise" also
    answers a request that has any with a 500. `max_queries` and `max_db_seconds` are limits of
    one recording, None for no limit; `slow_seconds` is one of a statement, `inf` for none.
    `exclude` names path prefixes that are not watched. `sample_rate` is the share of requests
    that is. `server_timing` adds the response header, None where the application runs in debug
    mode. `app_roots` are directories or packages that are the application though they are
    installed like a library. `ignore` silences codes. `max_recorded` bounds one recording.
    """

    enabled: bool = True
    mode: Mode = "warn"
    max_queries: int | None = None
    max_db_seconds: float | None = None
    slow_seconds: float = 0.5
    exclude: tuple[str, ...] = ()
    sample_rate: float = 1.0
    server_timing: bool | None = None
    app_roots: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    backend: BackendName = "auto"
    max_recorded: int = 10_000

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None or field.default is not None:
                object.__setattr__(self, field.name, _CHECKS[field.name](value, field.name))

    @classmethod
    def load(cls, **options: Any) -> Self:
        """Read the options: *options*, then `QUERYWATCH_*`, then `[tool.querywatch]`.

        None counts as not given. `QUERYWATCH_ENABLED=0` is the one variable that code cannot
        overrule: it is how one switches querywatch off without touching code.
        """
        found = {**_from_file(Path.cwd()), **(environment := _from_environment(os.environ))}
        found |= _checked(options, "{}")
        if environment.get("enabled") is False:
            found["enabled"] = False
        return cls(**found)


def _checked(options: Mapping[str, object], name: str) -> dict[str, Any]:
    for option in options:
        if option not in _CHECKS:
            raise ConfigurationError(_unknown(name.format(option), option))
    return {
        option: _CHECKS[option](value, name.format(option))
        for option, value in options.items()
        if value is not None
    }


def _unknown(name: str, option: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for a typo

    close = get_close_matches(option, _CHECKS, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(_CHECKS)}"
    return f"unknown option {name}: {hint}"


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for option, check in _CHECKS.items():
        name = PREFIX + option.upper()
        if text := environ.get(name, "").strip():
            found[option] = check(checks.parsed(check, text), name)
    return found


def _from_file(start: Path) -> dict[str, Any]:
    for directory in (start, *start.parents):
        path = directory / "pyproject.toml"
        if path.is_file():
            return _checked(_table(path), f"[{TABLE}] {{}}")
    return {}


def _table(path: Path) -> Mapping[str, object]:
    import tomllib  # noqa: PLC0415 - only where there is a file to read

    try:
        tool = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not TOML: {error}") from error
    except OSError:
        # A service may run below a directory it cannot read: whatever is there is not for us.
        return {}
    table = tool.get("querywatch", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise ConfigurationError(f"[{TABLE}] must be a table, not {table!r}")
    return cast("Mapping[str, object]", table)
