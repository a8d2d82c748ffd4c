"""Reports of a run as files, one module for each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from querywatch.pytest_plugin import baseline
from querywatch.pytest_plugin.reports import as_json, document, html, markdown, sarif

if TYPE_CHECKING:
    from querywatch.pytest_plugin.state import State

_WRITERS: Final = {
    ".json": as_json.written,
    ".md": markdown.written,
    ".sarif": sarif.written,
    ".html": html.written,
}


def write_all(state: State) -> None:
    """Write every report that was asked for; what cannot be written is a trouble, no exception."""
    for path in state.options.reports:
        try:
            baseline.replace(path, _WRITERS[path.suffix](document.made(state)))
            state.notes.append(f"wrote {path}")
        except OSError as error:
            state.troubles.append(f"cannot write {path}: {error.strerror or error}")
