"""What is known about one finding, in plain values: it travels from a worker as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from querywatch.model import CallSite, Finding, Report


def facts_of(finding: Finding) -> dict[str, Any]:
    """Write *finding* as a dictionary of plain values."""
    site = finding.used_at
    return {
        "code": finding.code,
        "kind": finding.kind,
        "title": finding.title,
        "subject": finding.subject,
        "message": finding.message,
        "headline": finding.headline,
        "count": finding.count,
        "duration": finding.duration,
        "statement": finding.statement,
        "file": site.file if site else "",
        "line": site.line if site else 0,
        "function": site.function if site else finding.place,
        "loaded_at": _location(finding.loaded_at),
        "fix": finding.fix,
        "fix_at": _location(finding.fix_at),
        "cure": finding.cure,
        "queries_saved": finding.queries_saved,
    }


def told_of(finding: Finding, report: Report) -> dict[str, Any]:
    """Write out what is shown of *finding* by a report in a file alone."""
    from querywatch.limits.texts import brief  # noqa: PLC0415 - most runs write none
    from querywatch.render import render_finding  # noqa: PLC0415

    return {"brief": brief(finding, report), "block": render_finding(finding)}


def _location(site: CallSite | None) -> str | None:
    return site.location if site else None
