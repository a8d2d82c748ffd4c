"""A report as the lines a developer reads: one for the whole, a block for each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from querywatch.model import plural
from querywatch.render.words import milliseconds, printable, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from querywatch.model import CallSite, Finding, Recording, Report

WIDTH: Final = 200
"""Characters a statement or a line of source may take before it is shortened."""

MAX_BLOCKS: Final = 20
"""Blocks shown of one report; the rest is counted."""

MAX_SEEN: Final = 5


def render_report(report: Report, *, seen: Sequence[int] = (), outcome: str = "") -> str:
    """Render *report*: its line, then a block for each finding that is new.

    *seen* tells for each finding how often it was seen, this time included: only those seen
    once get a block. *outcome* replaces what the line says at its end.
    """
    counts = [*seen, *[1] * (len(report.findings) - len(seen))]
    new = [finding for finding, times in zip(report.findings, counts, strict=True) if times == 1]
    lines = [render_line(report, outcome or _outcome(report, counts))]
    for finding in new[:MAX_BLOCKS]:
        lines += render_finding(finding)
    if len(new) > MAX_BLOCKS:
        lines.append(_row("note", f"showing {MAX_BLOCKS} of {len(new):,} findings"))
    lines += [_row("note", note) for note in notes(report.recording)]
    return "\n".join(lines) + "\n"


def render_line(report: Report, outcome: str) -> str:
    """Render the one line that sums *report* up."""
    recording = report.recording
    request = recording.request
    parts = [request.label if request else recording.label]
    if request and request.status is not None:
        parts.append(str(request.status))
    parts.append(milliseconds(recording.duration))
    queries = plural(recording.query_count, "query", "queries")
    parts.append(f"{queries} {recording.db_duration * 1e3:.1f} ms")
    parts.append(outcome)
    if report.allowed:
        parts.append(f"{len(report.allowed):,} allowed")
    return "  ".join(["querywatch", *map(printable, parts)])


def render_finding(finding: Finding) -> list[str]:
    """Render one finding: its greppable headline, then rows of fixed keys."""
    return [f"  {printable(finding.headline)}", *_rows(finding)]


def _rows(finding: Finding) -> Iterator[str]:
    if finding.used_at:
        yield _row("used", _line_of(finding.used_at))
    elif finding.place:
        yield _row("used", finding.place)
    # A lambda and its call, or a comprehension and the function around it, share a line.
    shown = _line_of(finding.used_at) if finding.used_at else ""
    for caller in finding.callers:
        above, shown = shown, _line_of(caller)
        if shown != above:
            yield _row("from", shown)
    if finding.loaded_at:
        yield _row("loaded", _line_of(finding.loaded_at))
    if finding.statement:
        times = f"  (×{finding.count:,})" if finding.count > 1 else ""
        yield _row("query", shorten(finding.statement, WIDTH) + times)
    if finding.fix:
        yield _row("fix", finding.cure)


def _row(key: str, text: str) -> str:
    return f"    {key:<6}  {printable(text)}"


def _line_of(site: CallSite) -> str:
    if site.source:
        return f"{site.location}  {shorten(site.source, WIDTH)}"
    return f"{site.location}  in {site.function}()"


def _outcome(report: Report, counts: Sequence[int]) -> str:
    if not report.findings:
        return "ok"
    found = plural(len(report.findings), "finding", "findings")
    again = [pair for pair in zip(report.findings, counts, strict=True) if pair[1] > 1]
    if not again:
        return found
    shown = [_seen(finding, times, named=len(again) > 1) for finding, times in again[:MAX_SEEN]]
    if len(again) > MAX_SEEN:
        shown.append(f"and {len(again) - MAX_SEEN} more")
    return f"{found} ({', '.join(shown)})"


def _seen(finding: Finding, times: int, *, named: bool) -> str:
    subject = f" {shorten(finding.subject, 40)}" if named else ""
    return f"{finding.code}{subject} seen {times:,}×"


def notes(recording: Recording) -> Iterator[str]:
    """Say in sentences what a reader of *recording* must know to trust its numbers."""
    if recording.dropped:
        yield (
            f"kept {len(recording.queries):,} of {recording.query_count:,} queries:"
            " the rest was counted, not judged"
        )
    if recording.outside:
        ran = plural(recording.outside, "statement", "statements")
        yield f"{ran} meanwhile came from a thread that belongs to no recording"
    yield from recording.notes
