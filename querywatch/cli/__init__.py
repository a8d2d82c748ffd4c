"""The command `querywatch`: what is done from a shell, one module for each subject."""

import argparse
import sys
from collections.abc import Sequence

from querywatch.cli import dashboards
from querywatch.errors import QueryWatchError
from querywatch.model.version import version

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what *arguments* (by default, those of the process) say, and return the exit code.

    0 when it was done, 1 with a line on standard error when it could not be. Arguments that make
    no sense end the process with 2, as `argparse` does.
    """
    chosen = _parser().parse_args(arguments)
    try:
        chosen.act(chosen)
    except (QueryWatchError, OSError) as error:
        print(f"querywatch: {error}", file=sys.stderr)  # noqa: T201 - a command talks
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="querywatch", description="Tools for the metrics of querywatch."
    )
    parser.add_argument("--version", action="version", version=f"querywatch {version()}")
    dashboards.add_to(parser.add_subparsers(required=True, metavar="COMMAND"))
    return parser
