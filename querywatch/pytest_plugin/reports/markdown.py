"""The report as Markdown, for a pull request or the summary of a CI step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from querywatch.model import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from querywatch.pytest_plugin.reports.document import Document

MAX_ROWS: Final = 100
_SPECIAL: Final = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|#"} | {"\n": " ", "\r": " "})


def written(document: Document) -> str:
    """Write *document* as Markdown."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Document) -> Iterator[str]:
    found = document["findings"]
    tests = plural(document["tests"], "test", "tests")
    queries = plural(document["queries"], "query", "queries")
    yield f"## querywatch: {tests}, {queries}, {plural(len(found), 'finding', 'findings')}"
    yield ""
    if found:
        yield "| finding | repeats | where | fix | tests |"
        yield "|---|---:|---|---|---|"
        yield from map(_row, found[:MAX_ROWS])
        yield ""
    if len(found) > MAX_ROWS:
        yield f"showing {MAX_ROWS} of {len(found):,} findings"
        yield ""
    for entry in document["stale"]:
        yield f"- stale: {entry['code']} {_plain(entry['subject'])} in {_plain(entry['file'])}"
    for place in document["unused_ignores"]:
        yield f"- unused ignore: {_plain(place['file'])}:{place['line']}"


def _row(one: dict[str, Any]) -> str:
    known = " (baseline)" if one["known"] else ""
    place = f"{one['file']}:{one['line']}" if one["file"] else one["function"]
    tests = one["tests"][0] + (f" and {len(one['tests']) - 1} more" if one["tests"][1:] else "")
    cells = [f"{one['code']} {one['message']}{known}", f"{one['count']:,}", place]
    return "| " + " | ".join(map(_plain, [*cells, one["cure"], tests])) + " |"


def _plain(text: str) -> str:
    return text.translate(_SPECIAL)
