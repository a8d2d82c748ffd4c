"""Reports of a run as files, one module for each kind."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from querywatch.pytest_plugin import baseline

if TYPE_CHECKING:
    from querywatch.pytest_plugin.state import State

# By name: a run without a report has no use for what they import.
_WRITERS: Final = {".json": "as_json", ".md": "markdown", ".sarif": "sarif", ".html": "html"}


def write_all(state: State) -> None:
    """Write every report that was asked for; what cannot be written is a trouble, no exception."""
    for path in state.options.reports:
        try:
            baseline.replace(path, _written(state, path.suffix))
            state.notes.append(f"wrote {path}")
        except OSError as error:
            state.troubles.append(f"cannot write {path}: {error.strerror or error}")


def _written(state: State, suffix: str) -> str:
    document = import_module(f"{__name__}.document").made(state)
    return str(import_module(f"{__name__}.{_WRITERS[suffix]}").written(document))
