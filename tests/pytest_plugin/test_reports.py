"""A run of tests as a file: what other programs read, and what nobody's text may break."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from querywatch.pytest_plugin.reports import as_json, html, markdown, sarif
from tests.suite.small import project

FINDING: dict[str, Any] = {
    "code": "QW101",
    "kind": "n_plus_one",
    "title": "N+1",
    "subject": "Order.items",
    "message": "Order.items lazy-loaded 12×",
    "brief": "N+1 Order.items ×12 app/shop.py:37",
    "headline": "QW101 N+1: Order.items lazy-loaded 12× at app/shop.py:37 in list_orders()",
    "count": 12,
    "duration": 0.0043,
    "statement": "SELECT items.id FROM items WHERE ? = items.order_id",
    "file": "app/shop.py",
    "line": 37,
    "function": "list_orders",
    "shown_at": "app/shop.py:37",
    "loaded_at": "app/shop.py:36",
    "fix": "add .options(selectinload(Order.items))",
    "fix_at": "app/shop.py:36",
    "cure": "app/shop.py:36  add .options(selectinload(Order.items))   13 → 2 queries",
    "queries_saved": 11,
    "block": ["  QW101 N+1: Order.items", "    used    app/shop.py:37"],
    "known": False,
    "tests": ["tests/test_orders.py::test_list", "tests/test_orders.py::test_page"],
}
NOWHERE = FINDING | {
    "file": "",
    "line": 0,
    "function": "response of GET /orders",
    "shown_at": None,
    "loaded_at": None,
    "fix": None,
    "fix_at": None,
    "cure": "",
    "known": True,
}
EVIL = "<script>alert(1)</script> | `x` [a](b)\n# no heading"

SCHEMA = json.loads((Path(__file__).parent / "data/sarif-2.1.0.json").read_text(encoding="utf-8"))


def document(*findings: dict[str, Any]) -> dict[str, Any]:
    """Make a document of *findings*."""
    return {
        "schema": "querywatch.pytest/1",
        "version": "0.1.0",
        "mode": "report",
        "tests": 2,
        "queries": 26,
        "findings": list(findings),
        "stale": [{"code": "QW101", "subject": "A.b", "file": "app/a.py", "function": "f"}],
        "unused_ignores": [{"file": "app/a.py", "line": 3}],
        "worst_tests": [{"test": "tests/test_orders.py::test_list", "queries": 13, "duration": 1}],
    }


def objections(log: object) -> list[str]:
    """List what the schema of SARIF 2.1.0 objects to in *log*."""
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(log)]


def test_json_names_each_finding_with_its_tests() -> None:
    """What a program needs to find it again, without the text for people."""
    written = json.loads(as_json.written(document(FINDING)))

    (found,) = written["findings"]
    assert (written["schema"], written["tests"]) == ("querywatch.pytest/1", 2)
    assert [found[key] for key in ("code", "subject", "file", "line", "function")] == [
        "QW101",
        "Order.items",
        "app/shop.py",
        37,
        "list_orders",
    ]
    assert found["tests"] == FINDING["tests"]
    assert "block" not in found


@pytest.mark.parametrize("findings", [(), (FINDING,), (FINDING, NOWHERE)], ids=len)
def test_sarif_holds_to_its_schema(findings: tuple[Any, ...]) -> None:
    """Also without findings, and for one without a line of the application."""
    log = json.loads(sarif.written(document(*findings)))

    assert objections(log) == []
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == ["QW101"] * len(findings)


def test_the_sarif_of_a_run_holds_to_its_schema(tmp_path: Path) -> None:
    """What code scanning uploads, with a finding of a real test in it."""
    project(tmp_path, "def test_sin():\n    sin()\n").run("--querywatch-report=found.sarif")
    log = json.loads((tmp_path / "found.sarif").read_text(encoding="utf-8"))

    assert objections(log) == []
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["QW101"]


def test_what_is_no_sarif_is_objected_to() -> None:
    """The twin: the schema forbids unknown properties, and a finding it has no words for."""
    log = json.loads(sarif.written(document(FINDING)))
    (result,) = log["runs"][0]["results"]
    result["colour"] = "red"
    result["level"] = "loop"

    assert objections(log) == [
        "Additional properties are not allowed ('colour' was unexpected)",
        "'loop' is not one of ['none', 'note', 'warning', 'error']",
    ]


def test_sarif_points_at_the_used_line_and_at_the_loaded_one() -> None:
    """Where it happens, and where to edit."""
    log = json.loads(sarif.written(document(FINDING)))

    (result,) = log["runs"][0]["results"]
    places = [*result["locations"], *result["relatedLocations"]]
    assert [place["physicalLocation"]["region"]["startLine"] for place in places] == [37, 36]
    assert {place["physicalLocation"]["artifactLocation"]["uri"] for place in places} == {
        "app/shop.py"
    }


def test_a_fingerprint_in_sarif_outlives_a_moved_line() -> None:
    """It is made of what the baseline keeps."""
    prints = [
        json.loads(sarif.written(document(FINDING | change)))["runs"][0]["results"][0][
            "partialFingerprints"
        ]
        for change in ({}, {"line": 99, "count": 2}, {"function": "other"})
    ]

    assert prints[0] == prints[1] != prints[2]


def test_a_path_in_sarif_is_a_uri() -> None:
    """A space or a letter beyond ASCII is none of its characters."""
    log = json.loads(sarif.written(document(FINDING | {"shown_at": "my app/naïve.py:37"})))

    (location,) = log["runs"][0]["results"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "my%20app/na%C3%AFve.py"


def test_html_needs_nothing_but_itself() -> None:
    """No script, no style sheet, no picture, nothing fetched."""
    page = html.written(document(FINDING, NOWHERE))

    assert "Order.items" in page
    assert re.findall(r"<(?:script|link|img|iframe)|https?:|url\(|@import", page) == []


def test_html_shows_text_as_text() -> None:
    """Nobody's table name becomes an element of the page."""
    page = html.written(document(FINDING | {"brief": EVIL, "block": [EVIL], "tests": [EVIL]}))

    assert "<script>" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3


def test_markdown_is_one_table_row_for_each_finding() -> None:
    """The bar is the border of a cell, a line break the end of the table."""
    evil = FINDING | {"message": EVIL, "file": "a|b.py", "tests": [EVIL]}

    text = markdown.written(document(FINDING, evil))

    rows = [line for line in text.splitlines() if line.startswith("| QW")]
    borders = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    assert borders == [6, 6]
    assert "<script" not in text.replace("\\<script", "")


def test_markdown_names_what_is_stale_and_what_is_unused() -> None:
    """The two lists that ask for a hand."""
    text = markdown.written(document())

    assert "stale: QW101 A.b in app/a.py" in text
    assert "unused ignore: app/a.py:3" in text


def test_a_report_without_findings_has_no_table() -> None:
    """The twin of the table."""
    text = markdown.written(document())

    assert "0 findings" in text
    assert not [line for line in text.splitlines() if line.startswith("|")]
