"""`querywatch dashboards export DIR`: the dashboards and rules, copied out of the package."""

import argparse
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from querywatch.errors import QueryWatchError

EXPORTED = ("grafana", "prometheus", "mixin.libsonnet")
"""What of `dashboards/` is in the package."""
RULES = "prometheus/querywatch.rules."
# How the rules name what they cannot know: where the pages and where Grafana are.
RUNBOOKS = '"docs/runbooks/'
GRAFANA = '"/d/querywatch-'


class ExportError(QueryWatchError):
    """Files that could not be written, because something is in their way."""


def add_to(commands: Any) -> None:
    """Add the command to those of the parser (`add_subparsers()`)."""
    subject = commands.add_parser("dashboards", help="dashboards for Grafana, rules for Prometheus")
    verbs = subject.add_subparsers(required=True, metavar="COMMAND")
    export = verbs.add_parser("export", help="copy dashboards, rules and provisioning files")
    export.add_argument("directory", type=Path, metavar="DIR", help="made where it is missing")
    export.add_argument("--force", action="store_true", help="overwrite files that differ")
    export.add_argument(
        "--runbooks", metavar="URL", help="where the alerts' pages are, for the runbook_url"
    )
    export.add_argument("--grafana", metavar="URL", help="where Grafana is, for the dashboard_url")
    export.set_defaults(act=_export)


def _export(chosen: argparse.Namespace) -> None:
    written = export_to(
        chosen.directory, force=chosen.force, runbooks=chosen.runbooks, grafana=chosen.grafana
    )
    for path in written:
        print(path)  # noqa: T201 - a command talks


def export_to(
    directory: Path,
    *,
    force: bool = False,
    runbooks: str | None = None,
    grafana: str | None = None,
) -> list[Path]:
    """Write the files below *directory* and return their paths.

    A file that is there and differs is overwritten only by *force*; without it nothing is written
    and the error names every such file. *runbooks* and *grafana* are the URLs that alerts lead to.
    """
    wanted = {directory / name: _linked(name, text, runbooks, grafana) for name, text in shipped()}
    if not force and (different := [path for path in wanted if _differs(path, wanted[path])]):
        names = ", ".join(map(str, different))
        raise ExportError(f"nothing written, these differ already: {names} (overwrite: --force)")
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(wanted)


def shipped() -> Iterator[tuple[str, str]]:
    """Yield the relative path and the text of each file that is exported."""
    home = _home()
    for name in EXPORTED:
        yield from _below(home / name, name)


def _home() -> Traversable:
    package = files("querywatch")
    installed = package / "dashboards_data"
    # A checkout that is installed in place has them beside the package instead.
    return installed if installed.is_dir() else Path(str(package)).parent / "dashboards"


def _below(item: Traversable, name: str) -> Iterator[tuple[str, str]]:
    if item.is_file():
        yield name, item.read_text(encoding="utf-8")
    else:
        for child in sorted(item.iterdir(), key=lambda child: child.name):
            yield from _below(child, f"{name}/{child.name}")


def _linked(name: str, text: str, runbooks: str | None, grafana: str | None) -> str:
    if not name.startswith(RULES):
        return text
    if runbooks is not None:
        text = text.replace(RUNBOOKS, f'"{runbooks.rstrip("/")}/')
    if grafana is not None:
        text = text.replace(GRAFANA, f'"{grafana.rstrip("/")}{GRAFANA[1:]}')
    return text


def _differs(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8", errors="replace") != text
