"""docs/performance.md and its picture, written from one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import sinks, svg, tables
from benchmarks.rivals import RIVALS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from benchmarks.instructions import Counts
    from benchmarks.results import Results

DRAWN = ("idle", "counting", "recording", "analysis")
DRAWN_WITH_RIVALS = ("sqlite", "orm select")

HEAD = """\
# What it costs

Measured on {made} by the command that wrote this page{took}, with {versions}.

Every ratio is the time beside that of bare SQLAlchemy in the same run: 1.05x is five percent more.
"""
QUICK = "**A quick run: these figures are rough, and are to be made anew.**\n"
GLANCE = """\
- *idle*: installed, no recording open. *sampled out*: inside a request that the sample left out.
- *counting*: a recording that is full; statements are counted and timed, and none is kept.
- *recording*: each statement is kept with its call site and what the ORM was doing.
- *analysis*: recording, and at the end all of it is resolved and every detector judges.
"""
PICTURE = "![Ratios to bare, ours and every rival's]({picture})\n"
METHOD = """\
## How to repeat it

| command | measures |
|---|---|
| `make bench` | all of it but the rivals; writes this page |
| `make bench-full` | the rivals too, each in an environment made for it; writes this page |
| `make soak` | 100,000 requests; the next `make bench` puts the outcome here |
| `make instructions` | instructions alone (needs valgrind) |
| `python -m benchmarks.breakdown` | the same, function by function |
| `make overhead` | idle and recording alone, in a minute |

`python -m benchmarks --from build/bench/results.json` writes the page anew and measures nothing.

Every contestant is a process of its own, because SQLAlchemy keeps a flag on what once had a
listener. All do the same work in turns of changing order, each is divided by bare of that turn,
and the processes are started anew several times. On SQLite, which never waits, ratios are of the
processor's time of the whole process, background threads included; on PostgreSQL they are of the
wall's. What is *added* is the processor's time everywhere. Before anybody is measured it must have
seen every statement of a unit of work: one that misses some, or sees them twice, is left out and
named.
"""
RIVALS_HEAD = """\
## Beside other tools

Does querywatch add less than half of what the other adds? Each was measured with querywatch in
the same environment and the same run, sends nothing anywhere, and is compared with *recording*;
one that only counts also with *counting*, and one that judges also with *analysis*. The figure is
our part of the processor's time that it adds; *unclear* means that what it adds could not be told
from nothing.
"""
RIVALS_TAIL = """\
A tool that only counts does little more than a pair of empty listeners (under *Every ratio*), and
keeping call sites is hardly to be had for half of that. Tools that export spans do so on a thread
of their own, and what leaves the process is dropped there: a real exporter costs more. Sentry
traces SQLAlchemy alone here, without its integrations of drivers and frameworks.
"""
C_EXTENSION = """\
A C extension would take a record to about 10,000 to 15,500 instructions. Recording adds {low:,} to
{high:,} without one: it would not be worth its wheels today.
"""
PARTS_HEAD = """\
Where they go while recording, function by function; the rest is SQLAlchemy's call of the listener.
"""
INSTRUCTIONS = (
    "Counted by callgrind: of bare the whole, of all others what they add to bare of the same turn"
    " in the same process. The median over several layouts of memory, because where things lie"
    " decides which look-ups collide. The noise of a machine does not change it."
)
PARTS = {
    "turns": (
        "A statement, in one process by turns",
        (
            "Idle and recording alternate with bare in one process: the steadiest figure there is,"
            " for two processes that do the same differ by some percent already. The ratios above"
            " and below are of processes of their own."
        ),
    ),
    "served": (
        "Two uvicorn workers under load",
        "Ten queries a request over SQLite files, the load generator on the same machine.",
    ),
    "costs": (
        "One unit of work",
        "Seconds of the processor; a recording of N queries here is an N+1 over and over.",
    ),
    "sinks": (
        "What a sink adds",
        (
            "A request of ten queries through a FastAPI application, beside the same request"
            " judged and handed to no sink. OpenTelemetry's SDK has twelve measurements to take"
            " there, and the last line is what those cost by themselves."
        ),
    ),
    "kept": (
        "Memory of one recorded query",
        "Bytes by tracemalloc, those that SQLAlchemy keeps by itself taken off.",
    ),
    "soak": (
        "A long run",
        (
            "The bookshop with concurrent pages, N+1 loops, streams, errors and cancellations. All"
            " threads share one arena of malloc: with one for each, resident memory creeps by a"
            " megabyte in some 40,000 requests, as much with querywatch switched off."
        ),
    ),
    "ratios": (
        "Every ratio",
        "The median over all rounds, the quartiles around it, and what one call costs more.",
    ),
    "instructions": (
        "Instructions per statement",
        INSTRUCTIONS,
    ),
}
FIRST = ("turns", "served", "costs", "sinks", "kept", "soak")


def write(results: Results, page: Path, picture: Path) -> None:
    """Write the page and the picture."""
    page.write_text("\n".join(_lines(results, picture.name)).rstrip() + "\n", "utf-8")
    picture.write_text(_drawn(results), "utf-8")


def _drawn(results: Results) -> str:
    groups: dict[str, dict[str, float]] = {}
    for row in results.rows:
        if row.contestant in DRAWN and (row.database, row.workload) in tables.GLANCE:
            group = groups.setdefault(f"{row.workload}, {tables.PLACES[row.database]}", {})
            group[row.contestant] = row.ratio.middle
    rivals = {
        row.contestant: row.ratio.middle
        for rows in results.rivals.values()
        for row in rows
        if row.contestant in RIVALS and (row.database, row.workload) == DRAWN_WITH_RIVALS
    }
    if rivals:
        database, workload = DRAWN_WITH_RIVALS
        title = f"the other tools: {workload}, {tables.PLACES[database]}"
        groups[title] = dict(sorted(rivals.items(), key=lambda pair: pair[1]))
    return svg.chart("Time as a ratio to bare SQLAlchemy", groups)


def _lines(results: Results, picture: str) -> Iterator[str]:
    versions = ", ".join(f"{name} {number}" for name, number in results.versions.items())
    took = f" in {results.took / 60:.0f} minutes" if results.took else ""
    yield HEAD.format(made=results.made, versions=versions, took=took)
    if results.quick:
        yield QUICK
    if results.rows:
        yield from tables.at_a_glance(results.rows)
        yield ""
        yield GLANCE
        yield PICTURE.format(picture=picture)
    found = dict(sections(results))
    for part in FIRST:
        yield from _section(part, found)
    yield from _rivals(results)
    yield METHOD
    for part in ("instructions", "ratios"):
        yield from _section(part, found)


def _section(part: str, found: Mapping[str, list[str]]) -> Iterator[str]:
    if part in found:
        title, words = PARTS[part]
        yield f"## {title}\n\n{words}\n"
        yield from found[part]
        yield ""


def _rivals(results: Results) -> Iterator[str]:
    if not results.rivals:
        return
    yield RIVALS_HEAD
    yield f"{tables.summed_up(results.rivals)}\n"
    for database, place in tables.PLACES.items():
        lines = tables.verdicts(results.rivals, database)
        if lines:
            yield f"**{place}**\n"
            yield from lines
            yield ""
    yield from tables.installed(results.rival_versions)
    yield ""
    for name, reason in results.left_out.items():
        yield f"- Left out: {name}: {reason}"
    if results.left_out:
        yield ""
    yield RIVALS_TAIL
    yield from _each(results)


def _each(results: Results) -> Iterator[str]:
    yield "<details>\n<summary>Every ratio of every rival</summary>\n"
    for name, rows in results.rivals.items():
        yield f"**{name}**\n"
        yield from tables.beside(rows)
        yield ""
    yield "</details>\n"


def sections(results: Results) -> Iterator[tuple[str, list[str]]]:
    """Yield the lines of each part that was run."""
    if results.counts:
        yield "instructions", [*tables.counts(results.counts), *_where(results)]
    if results.rows:
        yield "ratios", tables.ratios(results.rows)
    if results.turns:
        yield "turns", tables.ratios(results.turns)
    if results.served:
        yield "served", tables.served(results.served)
    if results.costs:
        yield "costs", tables.costs(results.costs)
    if results.sinks:
        yield "sinks", sinks.table(results.sinks)
    if results.kept:
        yield "kept", tables.kept(results.kept)
    if results.soak:
        yield "soak", ["```", *results.soak["told"], "```"]


def _where(results: Results) -> Iterator[str]:
    if results.parts:
        yield f"\n{PARTS_HEAD}"
        yield from tables.parts(results.parts)
    yield from _c_extension(results.counts)


def _c_extension(counts: Counts) -> Iterator[str]:
    if "recording" in counts:
        added = counts["recording"].values()
        yield ""
        yield C_EXTENSION.format(low=min(added), high=max(added)).rstrip()
