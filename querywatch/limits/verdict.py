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

    from querywatch.limits.counted import Counted
    from querywatch.limits.limits import Limits
    from querywatch.model import Finding, Report

MAX_BLOCKS: Final = 20


def judged(
    counted: Counted,
    limits: Limits,
    objected: Sequence[Finding],
    accepting: Callable[[str], str] = lambda _higher: "",
) -> str:
    """Return the text of the failure, "" when what *counted* stays within *limits*.

    *objected* are the findings that are objections by themselves. *accepting* writes how one
    accepts what is there; it is told the limits that would hold, "" when none was exceeded.
    """
    if limits.demanded and (unseen := nothing_seen(counted.report, limits.demanded)):
        return unseen
    over = _over(counted, limits)
    if over or objected:
        return "\n".join(_text(counted, over, objected, accepting(_higher(counted, limits))))
    if limits.detect:
        return "\n".join(_unobserved(counted, limits))
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


def _over(counted: Counted, limits: Limits) -> str:
    seconds = counted.seconds
    said = [*_count_over(counted.count, limits)]
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


def _higher(counted: Counted, limits: Limits) -> str:
    count, seconds = counted.count, counted.seconds
    higher = []
    if limits.max_queries is not None and count > limits.max_queries:
        higher.append(f"max_queries={count}")
    if limits.exact_queries is not None and count != limits.exact_queries:
        higher.append(str(count))
    if limits.max_db_seconds is not None and seconds > limits.max_db_seconds:
        higher.append(f"max_db_seconds={ceil(seconds * 1e3) / 1e3:g}")
    return ", ".join(higher)


def _text(counted: Counted, over: str, objected: Sequence[Finding], accept: str) -> Iterator[str]:
    shown = objected or counted.findings
    head = over or plural(counted.count, "query", "queries")
    yield f"{head}: {_worst(counted, shown)}".removesuffix(": ")
    yield ""
    yield from _table(counted)
    yield ""
    for finding in shown[:MAX_BLOCKS]:
        yield from (line.removeprefix("  ") for line in render_finding(finding))
    if len(shown) > MAX_BLOCKS:
        yield f"showing {MAX_BLOCKS} of {len(shown):,} findings"
    yield from notes(counted.report.recording)
    if accept:
        yield accept


def _table(counted: Counted) -> Iterator[str]:
    yield from table(counted.queries)
    if counted.made:
        made = plural(len(counted.made), "query that makes rows", "queries that make rows")
        yield f'{"":13}and {made} for the test: count="all" counts them'


def _worst(counted: Counted, findings: Sequence[Finding]) -> str:
    if not findings:
        return most_run(counted.queries)
    more = f" and {len(findings) - 1:,} more" if len(findings) > 1 else ""
    return brief(findings[0], counted.report) + more


def _unobserved(counted: Counted, limits: Limits) -> Iterator[str]:
    sentences = list(unobservable(counted.report, limits))
    if sentences:
        more = f" and {len(sentences) - 1:,} more" if len(sentences) > 1 else ""
        yield sentences[0] + more
        yield ""
        yield from _table(counted)
        yield ""
        yield from sentences[1:]
        yield "Give the test two rows or more, or name the relationship in allow=[...]."
