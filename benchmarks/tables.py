"""The figures as tables: lines of Markdown that read well in a terminal too."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from benchmarks.breakdown import NAMES
from benchmarks.courses import BESIDE_A_RIVAL
from benchmarks.rivals import RIVALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from benchmarks.breakdown import Parts
    from benchmarks.costs import Cost
    from benchmarks.figures import Row
    from benchmarks.instructions import Counts
    from benchmarks.load import Served
    from benchmarks.memory import Kept

MICRO = 1e6
HALF = 0.5
PLACES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "asyncpg": "PostgreSQL, asyncpg"}
GLANCE = (
    ("sqlite", "core select"),
    ("sqlite", "orm select"),
    ("postgresql", "orm select"),
    ("sqlite", "request, 10 queries"),
    ("asyncpg", "request, 10 queries"),
)
OURS = ("idle", "sampled out", "counting", "recording", "analysis")


def table(head: Sequence[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Lay out *rows* under *head*; the first column is words, the others are figures."""
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[n]) for line in cells) for n in range(len(head))]
    lines = [
        "| "
        + " | ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        + " |"
        for line in cells
    ]
    rule = "|".join(
        "-" * (width + 2) if n == 0 else "-" * (width + 1) + ":" for n, width in enumerate(widths)
    )
    return [lines[0], f"|{rule}|", *lines[1:]]


def ratios(rows: Iterable[Row]) -> list[str]:
    """Show time as a ratio to bare, median and quartiles, and what one call costs more."""
    head = ("workload", "contestant", "ratio", "quartiles", "added", "limit")
    return table(head, (_ratio(row) for row in rows))


def _ratio(row: Row) -> Iterator[str]:
    yield f"{row.database}: {row.workload}"
    yield row.contestant
    yield f"{row.ratio.middle:.3f}x"
    yield f"{row.ratio.low:.3f}-{row.ratio.high:.3f}"
    yield f"{row.added * MICRO:,.1f} us"
    yield "" if row.limit is None else f"{row.limit:.2f}{' EXCEEDED' if row.exceeded else ' ok'}"


def at_a_glance(rows: Iterable[Row]) -> list[str]:
    """Show ours alone, at the few workloads that tell a user what to expect."""
    found = {(row.database, row.workload, row.contestant): row for row in rows}
    head = ("", *(f"{workload}, {PLACES[database]}" for database, workload in GLANCE))
    return table(
        head,
        (
            (name, *(_ratio_of(found.get((*place, name))) for place in GLANCE))
            for name in OURS
            if any((*place, name) in found for place in GLANCE)
        ),
    )


def _ratio_of(row: Row | None) -> str:
    return f"{row.ratio.middle:.2f}x" if row else ""


def beside(rows: Sequence[Row]) -> list[str]:
    """Show one rival and querywatch in the same run; the last column is the recording's share."""
    head = ("workload", "rival", *BESIDE_A_RIVAL, "recording/rival")
    found = {(row.database, row.workload, row.contestant): row for row in rows}
    rivals = [row for row in rows if row.contestant not in BESIDE_A_RIVAL]
    return table(
        head,
        (
            _beside(rival, [found[rival.database, rival.workload, name] for name in BESIDE_A_RIVAL])
            for rival in rivals
        ),
    )


def _beside(rival: Row, ours: list[Row]) -> Iterator[str]:
    yield f"{rival.database}: {rival.workload}"
    for row in (rival, *ours):
        yield f"{row.ratio.middle:.3f}x"
    yield verdict(next(row for row in ours if row.contestant == "recording"), rival)


def verdicts(rivals: Mapping[str, Sequence[Row]], database: str) -> list[str]:
    """Tell of each rival and workload whether we add less than half of what it adds."""
    workloads = list(
        dict.fromkeys(
            row.workload for rows in rivals.values() for row in rows if row.database == database
        )
    )
    if not workloads:
        return []
    return table(
        ("rival", "ours", *workloads),
        (
            _verdicts(name, ours, rows, [(database, workload) for workload in workloads])
            for name, rows in rivals.items()
            for ours in dict.fromkeys(("recording", RIVALS[name].like))
        ),
    )


def _verdicts(
    name: str, ours: str, rows: Sequence[Row], places: list[tuple[str, str]]
) -> Iterator[str]:
    found = {(row.database, row.workload, row.contestant): row for row in rows}
    yield name
    yield ours
    for place in places:
        mine, rival = found.get((*place, ours)), found.get((*place, name))
        yield verdict(mine, rival) if mine and rival else ""


def installed(versions: Mapping[str, str]) -> list[str]:
    """Show what each rival does with a statement, and what was installed for it."""
    head = ("rival", "keeps of a statement", "measured with")
    return table(head, ((name, RIVALS[name].does, found) for name, found in versions.items()))


def summed_up(rivals: Mapping[str, Sequence[Row]]) -> str:
    """Count the verdicts on recording, and name the rivals where it is not below half."""
    given: list[tuple[str, str]] = []
    for name, rows in rivals.items():
        found = {(row.database, row.workload, row.contestant): row for row in rows}
        given += [
            (name, verdict(found[row.database, row.workload, "recording"], row).split()[0])
            for row in rows
            if row.contestant == name
        ]
    told = Counter(word for _, word in given)
    refused = Counter(name for name, word in given if word == "no")
    names = ", ".join(f"{name} in {count}" for name, count in refused.items()) or "none"
    return (
        f"Of {len(given)} comparisons with recording {told['yes']} say yes, {told['no']} no and"
        f" {told['unclear']} are unclear. No: {names}."
    )


def verdict(ours: Row, rival: Row) -> str:
    """Say yes or no and our share, or that the rival cannot be told from bare."""
    part = share(ours, rival)
    return "unclear" if part is None else f"{'yes' if part < HALF else 'no'} {part:.0%}"


def share(ours: Row, rival: Row) -> float | None:
    """Return what we add as a part of what *rival* adds.

    None where that cannot be told: a quarter of its rounds or more added nothing.
    """
    return max(0.0, ours.added) / rival.added if rival.clear and rival.added > 0 else None


def served(rows: Iterable[Served]) -> list[str]:
    """Show the servers under load."""
    head = ("contestant", "requests/s", "p50", "p99")
    return table(
        head,
        ((row.contestant, f"{row.throughput:,.0f}", _ms(row.p50), _ms(row.p99)) for row in rows),
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def costs(rows: Iterable[Cost]) -> list[str]:
    """Show what one unit of work costs."""
    head = ("act", "median", "quartiles", "limit")
    return table(head, (_cost(row) for row in rows))


def _cost(row: Cost) -> Iterator[str]:
    yield row.act
    yield f"{row.seconds.middle * MICRO:,.1f} us"
    yield f"{row.seconds.low * MICRO:,.1f}-{row.seconds.high * MICRO:,.1f}"
    if row.limit is None:
        yield ""
    else:
        yield f"{row.limit * MICRO:,.0f} us {'EXCEEDED' if row.exceeded else 'ok'}"


def kept(rows: Iterable[Kept]) -> list[str]:
    """Show the memory of a recorded query."""
    head = ("workload", "while open", "after the sinks")
    return table(head, ((row.workload, f"{row.open:.0f} B", f"{row.after:.0f} B") for row in rows))


def parts(found: Parts) -> list[str]:
    """Show where the instructions of a recorded statement go, function by function."""
    workloads = sorted({workload for row in found.values() for workload in row})
    rows = [(NAMES[name], row) for name, row in found.items()]
    rows.append(("together", {key: sum(row.get(key, 0) for _, row in rows) for key in workloads}))
    return table(
        ("function", *workloads),
        ((name, *(f"{row.get(key, 0):,}" for key in workloads)) for name, row in rows),
    )


def counts(found: Counts) -> list[str]:
    """Show instructions per statement: of bare the whole, of all others what they add."""
    workloads = list(found["bare"])
    return table(
        ("contestant", *workloads),
        (
            (name if name == "bare" else f"+ {name}", *(f"{row[key]:,}" for key in workloads))
            for name, row in found.items()
        ),
    )
