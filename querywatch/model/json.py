"""Reports as JSON: a versioned schema, described key by key in docs/json.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from querywatch.model import reading, writing
from querywatch.model.version import version

if TYPE_CHECKING:
    from querywatch.model.finding import Finding
    from querywatch.model.recording import Recording
    from querywatch.model.report import Report

SCHEMA: Final = "querywatch.report/1"


def dumps(report: Report, indent: int | None = None) -> str:
    """Write *report* as JSON; ValueError where a number is not finite."""
    document = {"schema": SCHEMA, "version": version(), **writing.report(report)}
    separators = None if indent is not None else (",", ":")
    return json.dumps(
        document, indent=indent, separators=separators, allow_nan=False, check_circular=False
    )


def loads(text: str | bytes) -> tuple[Recording, tuple[Finding, ...], tuple[Finding, ...]]:
    """Read what `dumps` wrote: the recording, the findings, and those that were allowed.

    Keys this version does not know are passed over. Raises ValueError that says what is wrong
    and where.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not a report: not JSON ({error})") from error
    if not isinstance(document, dict) or "schema" not in document:
        raise ValueError(f"not a report: no schema, where {SCHEMA!r} was expected")
    if document["schema"] != SCHEMA:
        raise ValueError(f"not a report: unknown schema {document['schema']!r}, not {SCHEMA!r}")
    return reading.report(document)
