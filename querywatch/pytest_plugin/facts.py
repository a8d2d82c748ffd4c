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
        "shown_at": _location(shown_site(finding)),
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


def shown_site(finding: Finding) -> CallSite | None:
    """Return the line to show *finding* at: the one that ran it, or else the one to edit."""
    return finding.used_at or finding.fix_at or finding.loaded_at


def file_and_line(location: str) -> tuple[str, int]:
    """Take a location of the facts apart; the line is 0 where it is not known."""
    file, _, line = location.rpartition(":")
    return (file, int(line)) if file and line.isdecimal() else (location, 0)


def _location(site: CallSite | None) -> str | None:
    return site.location if site else None
