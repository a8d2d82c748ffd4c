"""GitHub Actions: a warning at the line of each new finding, a table in the step's summary."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from querywatch.pytest_plugin.facts import file_and_line
from querywatch.pytest_plugin.findings import new

if TYPE_CHECKING:
    import pytest

    from querywatch.pytest_plugin.state import State


def annotate(state: State, reporter: pytest.TerminalReporter) -> None:
    """Write the workflow commands that put warnings beside the code."""
    reporter.ensure_newline()
    for one in new(state):
        reporter.write_line(state.adapted(command(one)))


def command(one: dict[str, Any]) -> str:
    """Write `::warning file=app/shop.py,line=37,title=QW101 N+1::...`."""
    properties = {}
    if one["shown_at"]:
        file, line = file_and_line(one["shown_at"])
        properties = {"file": file, "line": str(line or 1)}
    properties["title"] = f"{one['code']} {one['title']}"
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    fix = f"; {one['cure']}" if one["cure"] else ""
    return f"::warning {written}::{_data(one['message'] + fix)}"


def summarise(state: State) -> None:
    """Append the table to the summary of the step."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    from querywatch.pytest_plugin.reports import document, markdown  # noqa: PLC0415 - only there

    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(markdown.written(document.made(state)))
    except OSError as error:
        state.troubles.append(f"cannot write the step summary {path}: {error.strerror}")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
