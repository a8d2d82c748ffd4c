"""How the queries of one call grow with the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from querywatch.limits.texts import brief, place_of, rows_of, statement_of
from querywatch.render import render_finding
from querywatch.render.words import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from querywatch.model import Query, Report


class Line(NamedTuple):
    """One statement from one place, and how often it ran at each size."""

    query: Query
    counts: tuple[int, ...]

    @property
    def grows(self) -> bool:
        """Whether it ran more often with more rows."""
        return max(self.counts) > self.counts[0]


def aligned(reports: Sequence[Report]) -> list[Line]:
    """Put the same statements of the same places of all *reports* beside one another."""
    counts: dict[tuple[object, ...], list[int]] = {}
    first: dict[tuple[object, ...], Query] = {}
    for number, report in enumerate(reports):
        for row in rows_of(report.queries):
            key = (row.query.statement, row.query.used_at)
            first.setdefault(key, row.query)
            counts.setdefault(key, [0] * len(reports))[number] = row.count
    return [Line(query, tuple(counts[key])) for key, query in first.items()]


class Growth(NamedTuple):
    """The reports on one call, one for each size of the data."""

    sizes: tuple[int, ...]
    reports: tuple[Report, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many queries ran at each size."""
        return tuple(report.recording.query_count for report in self.reports)

    def text(self, allow: Sequence[str] = ()) -> str:
        """Return the text of the failure, "" when nothing grows that *allow* does not name."""
        lines = aligned(self.reports)
        growing = [line for line in lines if line.grows and not _is_allowed(line, allow)]
        if not growing:
            return ""
        return "\n".join(self._written(lines, growing))

    def _written(self, lines: list[Line], growing: list[Line]) -> Iterator[str]:
        pairs = zip(self.counts, self.sizes, strict=True)
        at = ", ".join(f"{count:,} at n={size:,}" for count, size in pairs)
        slope = (self.counts[-1] - self.counts[0]) / (self.sizes[-1] - self.sizes[0])
        worst = max(growing, key=lambda line: line.counts[-1] - line.counts[0])
        yield f"queries grow with rows: {at} ({slope:+.1f} per row): {self._named(worst)}"
        yield "".join(f"{f'n={size}':>6}" for size in self.sizes) + "  query"
        texts = [statement_of(line.query, 100) for line in lines]
        places = [_location(line.query) for line in lines]
        wide, far = max(map(len, texts)), max(map(len, places))
        for line, text, place in zip(lines, texts, places, strict=True):
            counts = "".join(f"{count:>6,}" for count in line.counts)
            note = "   grows" if line in growing else ""
            yield f"{counts}  {text:<{wide}}    {place:<{far}}{note}".rstrip()
        for finding in self.reports[-1].findings:
            yield ""
            yield from (row.removeprefix("  ") for row in render_finding(finding))

    def _named(self, line: Line) -> str:
        last = self.reports[-1]
        for finding in last.findings:
            if finding.statement == line.query.statement and finding.used_at == line.query.used_at:
                return brief(finding, last)
        what = line.query.load.subject if line.query.load else line.query.summary
        return printable(f"{what or 'a statement'} {_location(line.query)}")


def _location(query: Query) -> str:
    return printable(query.used_at.location) if query.used_at else place_of(query)


def _is_allowed(line: Line, allow: Sequence[str]) -> bool:
    names = {line.query.summary, line.query.statement}
    if line.query.load is not None:
        names.add(line.query.load.subject)
    return not names.isdisjoint(allow)
