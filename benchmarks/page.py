"""docs/performance.md and its picture, written from one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import svg, tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.results import Results

DRAWN = ("empty cursor listeners", "idle", "recording", "analysis")

HEAD = """\
# What it costs

Measured on {made} with {versions}, by the command that wrote this page. Ratios are to bare
SQLAlchemy in the same run: every contestant is a process of its own, all do the same work in
turns, and each is divided by bare of that round. *idle* is installed with no recording open,
*counting* counts and times statements, *recording* keeps each with its call site and what the
ORM was doing, *analysis* also resolves and judges them all.

To repeat it: `make bench` (about five minutes), `make bench-full` (every rival too, each in an
environment made for it), `python -m benchmarks.instructions` (instructions alone, needs
valgrind), `python -m benchmarks.breakdown` (function by function),
`python -m benchmarks.soak` (100,000 requests).

![Ratios to bare]({picture})
"""

INSTRUCTIONS = (
    "Counted by callgrind: of bare the whole, of all others what they add to bare of the same turn"
    " in the same process. The median over several layouts of memory, because where things lie"
    " decides which look-ups collide. The noise of a machine does not change it."
)
PARTS = {
    "instructions": (
        "Instructions per statement",
        INSTRUCTIONS,
    ),
    "ratios": ("Time", "The median over all rounds, and the quartiles around it."),
    "served": (
        "Two uvicorn workers under load",
        "Ten queries a request over SQLite files, the load generator on the same machine.",
    ),
    "costs": (
        "One unit of work",
        "Seconds of the processor; a recording of N queries here is an N+1 over and over.",
    ),
    "kept": (
        "Memory of one recorded query",
        "Bytes by tracemalloc, those that SQLAlchemy keeps by itself taken off.",
    ),
}


def write(results: Results, page: Path, picture: Path) -> None:
    """Write the page and the picture."""
    page.write_text("\n".join(_lines(results, picture.name)).rstrip() + "\n", "utf-8")
    picture.write_text(_drawn(results), "utf-8")


def _drawn(results: Results) -> str:
    groups: dict[str, dict[str, float]] = {}
    for row in results.rows:
        if row.contestant in DRAWN:
            group = groups.setdefault(f"{row.database}: {row.workload}", {})
            group[row.contestant] = row.ratio.middle
    for name, rows in results.rivals.items():
        for row in rows:
            key = f"{row.database}: {row.workload}"
            if row.contestant == name.partition(" ")[0] and key in groups:
                groups[key][row.contestant] = row.ratio.middle
    return svg.chart("Time as a ratio to bare SQLAlchemy", groups)


def _lines(results: Results, picture: str) -> Iterator[str]:
    versions = ", ".join(f"{name} {number}" for name, number in results.versions.items())
    yield HEAD.format(made=results.made, versions=versions, picture=picture)
    for part, lines in sections(results):
        title, words = PARTS[part]
        yield f"## {title}\n\n{words}\n"
        yield from lines
        yield ""
    if results.rivals:
        yield "## Rivals\n"
        yield (
            "Each with querywatch in the same environment and the same run. The last column is"
            " what recording adds as a part of what the rival adds.\n"
        )
    for name, rows in results.rivals.items():
        yield f"### {name}\n"
        yield from tables.beside(rows)
        yield ""


def sections(results: Results) -> Iterator[tuple[str, list[str]]]:
    """Yield the table of each part that was run."""
    if results.counts:
        yield "instructions", tables.counts(results.counts)
    if results.rows:
        yield "ratios", tables.ratios(results.rows)
    if results.served:
        yield "served", tables.served(results.served)
    if results.costs:
        yield "costs", tables.costs(results.costs)
    if results.kept:
        yield "kept", tables.kept(results.kept)
