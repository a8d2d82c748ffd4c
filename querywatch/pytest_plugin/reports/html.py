"""The report as one HTML file: no script, nothing fetched from anywhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

from querywatch.model import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from querywatch.pytest_plugin.reports.document import Document

_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
pre { background: #8881; overflow-x: auto; padding: .8rem; border-radius: 4px }
table { border-collapse: collapse } td, th { padding: .2rem .8rem; text-align: left }
td.number { text-align: right; font-variant-numeric: tabular-nums }
summary { cursor: pointer }
:root { color-scheme: light dark }
"""


def written(document: Document) -> str:
    """Write *document* as HTML."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Document) -> Iterator[str]:
    found = document["findings"]
    title = f"querywatch: {plural(len(found), 'finding', 'findings')}"
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f"<h1>{escape(title)}</h1>"
    tests = plural(document["tests"], "test", "tests")
    yield f"<p>{tests}, {plural(document['queries'], 'query', 'queries')}</p>"
    for one in found:
        yield from _finding(one)
    yield from _tests(document["worst_tests"])
    yield "</body>\n</html>"


def _finding(one: dict[str, Any]) -> Iterator[str]:
    known = " (in the baseline)" if one["known"] else ""
    yield f"<h2>{escape(one['brief'])}{known}</h2>"
    yield f"<pre>{escape(chr(10).join(one['block']))}</pre>"
    yield f"<details><summary>{plural(len(one['tests']), 'test', 'tests')}</summary><ul>"
    yield from (f"<li>{escape(test)}</li>" for test in one["tests"])
    yield "</ul></details>"


def _tests(tests: list[dict[str, Any]]) -> Iterator[str]:
    if not tests:
        return
    yield "<h2>Tests with most queries</h2>"
    yield "<table><tr><th>queries</th><th>ms</th><th>test</th></tr>"
    for one in tests:
        queries, duration = f"{one['queries']:,}", f"{one['duration'] * 1e3:,.1f}"
        numbers = f'<td class="number">{queries}</td><td class="number">{duration}</td>'
        yield f"<tr>{numbers}<td>{escape(one['test'])}</td></tr>"
    yield "</table>"
