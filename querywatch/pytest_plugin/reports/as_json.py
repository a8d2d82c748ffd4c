"""The report for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from querywatch.pytest_plugin.reports.document import Document


def written(document: Document) -> str:
    """Write *document* as JSON."""
    findings = [
        {name: value for name, value in one.items() if name != "block"}
        for one in document["findings"]
    ]
    return json.dumps({**document, "findings": findings}, indent=2) + "\n"
