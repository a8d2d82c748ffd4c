"""The verdict on one unit of work: the text of a failure, whose first line says it all."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from querywatch import capture
from querywatch.limits.observing import unobservable
from querywatch.limits.texts import brief, most_run, table
from querywatch.model import plural
from querywatch.render import render_finding
from querywatch.render.blocks import notes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from querywatch.limits.limits import Limits
    from querywatch.model import Finding, Report

MAX_BLOCKS: Final = 20


def judged(
    report: Report,
    limits: Limits,
    objected: Sequence[Finding],
    accepting: Callable[[str], str] = lambda _higher: "",
) -> str:
    """Return the text of the failure, "" when *report* stays within *limits*.

    *objected* are the findings that are objections by themselves. *accepting* writes how one
    accepts what is there; it is told the limits that would hold, "" when none was exceeded.
    """
    if limits.demanded and (unseen := nothing_seen(report, limits.demanded)):
        return unseen
    over = _over(report, limits)
    if over or objected:
        return "\n".join(_text(report, over, objected, accepting(_higher(report, limits))))
    if limits.detect:
        return "\n".join(_unobserved(report, limits))
    return ""


def nothing_seen(report: Report, demanded: str) -> str:
    """Say that what is *demanded* proves nothing, for nobody watches; "" where an engine is."""
    recording = report.recording
    if recording.query_count or recording.setup_statements or recording.engines:
        return ""
    if capture.any_engine():
        return ""
    return (
        f"no engine was ever seen, so {demanded} proves nothing:"
        " raw drivers (asyncpg, psycopg, sqlite3) are not watched"
    )


def _over(report: Report, limits: Limits) -> str:
    count = report.recording.query_count
    seconds = report.recording.db_duration
    said = [*_count_over(count, limits)]
    if limits.max_db_seconds is not None and seconds > limits.max_db_seconds:
        limit = limits.max_db_seconds * 1e3
        said.append(f"{seconds * 1e3:,.1f} ms in the database, limit {limit:,.1f} ms")
    return ", ".join(said)


def _count_over(count: int, limits: Limits) -> Iterator[str]:
    queries = plural(count, "query", "queries")
    exact, limit = limits.exact_queries, limits.max_queries
    if exact is not None and count != exact:
        apart = f"{count - exact:,} more" if count > exact else f"{exact - count:,} fewer"
        yield f"{queries}, expected {exact:,} ({apart})"
    if limit is not None and count > limit:
        yield f"{queries}, limit {limit:,} ({count - limit:,} over)"


def _higher(report: Report, limits: Limits) -> str:
    count, seconds = report.recording.query_count, report.recording.db_duration
    higher = []
    if limits.max_queries is not None and count > limits.max_queries:
        higher.append(f"max_queries={count}")
    if limits.exact_queries is not None and count != limits.exact_queries:
        higher.append(str(count))
    if limits.max_db_seconds is not None and seconds > limits.max_db_seconds:
        higher.append(f"max_db_seconds={ceil(seconds * 1e3) / 1e3:g}")
    return ", ".join(higher)


def _text(report: Report, over: str, objected: Sequence[Finding], accept: str) -> Iterator[str]:
    shown = objected or report.findings
    head = over or plural(report.recording.query_count, "query", "queries")
    yield f"{head}: {_worst(report, shown)}".removesuffix(": ")
    yield ""
    yield from table(report)
    yield ""
    for finding in shown[:MAX_BLOCKS]:
        yield from (line.removeprefix("  ") for line in render_finding(finding))
    if len(shown) > MAX_BLOCKS:
        yield f"showing {MAX_BLOCKS} of {len(shown):,} findings"
    yield from notes(report.recording)
    if accept:
        yield accept


def _worst(report: Report, findings: Sequence[Finding]) -> str:
    if not findings:
        return most_run(report)
    more = f" and {len(findings) - 1:,} more" if len(findings) > 1 else ""
    return brief(findings[0], report) + more


def _unobserved(report: Report, limits: Limits) -> Iterator[str]:
    sentences = list(unobservable(report, limits))
    if sentences:
        more = f" and {len(sentences) - 1:,} more" if len(sentences) > 1 else ""
        yield sentences[0] + more
        yield ""
        yield from table(report)
        yield ""
        yield from sentences[1:]
        yield "Give the test two rows or more, or name the relationship in allow=[...]."
