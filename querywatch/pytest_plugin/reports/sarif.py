"""The report as SARIF 2.1.0, which code hosts show beside the code."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from querywatch.model import KINDS
from querywatch.pytest_plugin import baseline
from querywatch.pytest_plugin.facts import file_and_line

if TYPE_CHECKING:
    from querywatch.pytest_plugin.reports.document import Document

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def written(document: Document) -> str:
    """Write *document* as SARIF."""
    found = document["findings"]
    codes = sorted({one["code"] for one in found})
    driver = {
        "name": "querywatch",
        "version": document["version"],
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes) for one in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    name = KINDS.get(code, code)
    words = name.replace("_", " ")
    return {"id": code, "name": name, "shortDescription": {"text": words}}


def _result(one: dict[str, Any], codes: list[str]) -> dict[str, Any]:
    fix = f". {one['cure']}" if one["cure"] else ""
    result: dict[str, Any] = {
        "ruleId": one["code"],
        "ruleIndex": codes.index(one["code"]),
        "level": "warning",
        "message": {"text": f"{one['message']}{fix}"},
        "locations": [_location(one["shown_at"])] if one["shown_at"] else [],
        "partialFingerprints": {"querywatch/v1": _fingerprint(one)},
        "baselineState": "unchanged" if one["known"] else "new",
        "occurrenceCount": one["count"],
        "properties": {"tests": one["tests"]},
    }
    if one["loaded_at"]:
        loaded = _location(one["loaded_at"])
        result["relatedLocations"] = [
            {**loaded, "message": {"text": "the parents are loaded here"}}
        ]
    return result


def _location(location: str) -> dict[str, Any]:
    file, line = file_and_line(location)
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(file), "uriBaseId": "%SRCROOT%"}}
    if line:
        place["region"] = {"startLine": line}
    return {"physicalLocation": place}


def _fingerprint(one: dict[str, Any]) -> str:
    return sha256("\0".join(baseline.entry_of(one)).encode()).hexdigest()
