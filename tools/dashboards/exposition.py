"""The sample as Prometheus would have scraped it: OpenMetrics text with times, to backfill."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import accumulate

from querywatch.sinks._metrics import table
from querywatch.sinks._metrics.table import Metric
from tools.dashboards.sample import DEPLOYED, END, HOUR, INSTANCES, JOB, MINUTE, START, Request
from tools.dashboards.sample_pools import watch_pools

KINDS = ("n_plus_one", "query_loop", "write_loop", "duplicate_query", "query_budget")
"""The kinds of the sample, each counted from nothing on."""
SCRAPE_INTERVAL = 2 * MINUTE
PATIENCE = 0.45
"""Seconds of database time after which a request of the sample has had a failed statement."""
OVERHEAD = 0.00012
"""Seconds of querywatch's own per request."""


@dataclass
class Series:
    """A counter, gauge or histogram with its labels: what it holds, and what was scraped."""

    metric: Metric
    labels: str
    value: float = 0.0
    counts: list[int] = field(default_factory=list)
    scraped: list[tuple[int, float, tuple[int, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make an empty bucket for each bound, and one for what lies beyond them."""
        self.clear()

    def clear(self) -> None:
        """Start again from nothing, as a new process does."""
        self.value = 0.0
        self.counts = [0] * (len(self.metric.buckets) + 1)

    def observe(self, value: float, times: int = 1) -> None:
        """Count *value* in a histogram."""
        self.value += value * times
        self.counts[bisect_left(self.metric.buckets, value)] += times

    def scrape(self, at: int) -> None:
        """Keep what it holds now."""
        self.scraped.append((at, self.value, tuple(accumulate(self.counts))))

    def lines(self) -> Iterator[str]:
        """Write what was scraped."""
        if self.metric.kind != "histogram":
            return (
                f"{self.metric.name}{{{self.labels}}} {value!r} {at}"
                for at, value, _ in self.scraped
            )
        return self._histogram()

    def _histogram(self) -> Iterator[str]:
        name, labels = self.metric.name, self.labels
        for number, bound in enumerate([*map(repr, self.metric.buckets), "+Inf"]):
            for at, _, counts in self.scraped:
                yield f'{name}_bucket{{{labels},le="{bound}"}} {counts[number]} {at}'
        for at, value, counts in self.scraped:
            yield f"{name}_sum{{{labels}}} {value!r} {at}"
            yield f"{name}_count{{{labels}}} {counts[-1]} {at}"


class Process:
    """One process of the sample: it counts its requests and is scraped."""

    def __init__(self, instance: str) -> None:
        self._place = f'job="{JOB}",instance="{instance}"'
        self.all: dict[tuple[str, ...], Series] = {}

    def of(self, metric: Metric, *values: str) -> Series:
        """Return the series of *metric* with these values of its labels."""
        if (series := self.all.get((metric.name, *values))) is None:
            pairs = zip(metric.labels, values, strict=True)
            labels = ",".join([self._place, *(f'{label}="{value}"' for label, value in pairs)])
            series = self.all[metric.name, *values] = Series(metric, labels)
        return series

    def count(self, request: Request) -> None:
        """Count *request* as the sinks do."""
        route = (request.method, request.route)
        self.of(table.REQUEST_QUERIES, *route).observe(request.queries)
        self.of(table.REQUEST_DB_DURATION, *route).observe(request.db_time)
        for kind in KINDS:
            self.of(table.FINDINGS, *route, kind).value += kind == request.kind
        self.of(table.REDUNDANT_QUERIES, *route).value += request.redundant
        self.of(table.REDUNDANT_DB_TIME, *route).value += request.redundant_time
        self.of(table.OVERHEAD).value += OVERHEAD
        self._statements(request)

    def _statements(self, request: Request) -> None:
        if not request.queries:
            return
        operation = "INSERT" if request.method in {"POST", ""} else "SELECT"
        each = self.of(table.QUERY_DURATION, "postgresql", operation, "")
        each.observe(request.db_time / request.queries, request.queries)
        failed = self.of(table.QUERY_DURATION, "postgresql", "SELECT", "57014")
        failed.observe(0.7, int(request.db_time > PATIENCE))
        if request.redundant:
            fingerprint = sha256(request.route.encode()).hexdigest()[:16]
            counter = self.of(table.FINGERPRINT_QUERIES, request.route, fingerprint)
            counter.value += request.redundant


def openmetrics(requests: Sequence[Request]) -> Iterator[str]:
    """Write every series of the sample, one family after the other."""
    families: defaultdict[str, list[Series]] = defaultdict(list)
    for number, instance in enumerate(INSTANCES):
        process = Process(instance)
        # Just after a scrape: what is counted between the last one and the end is lost.
        restarted = DEPLOYED + MINUTE + number * SCRAPE_INTERVAL
        _live(process, [one for one in requests if one.instance == instance], restarted)
        for series in process.all.values():
            families[series.metric.name].append(series)
    for several in families.values():
        metric = several[0].metric
        yield f"# TYPE {metric.name.removesuffix('_total')} {metric.kind}"
        for series in several:
            yield from series.lines()
    yield "# EOF"


def _live(process: Process, requests: list[Request], restarted: int) -> None:
    by_minute: defaultdict[int, list[Request]] = defaultdict(list)
    for request in requests:
        by_minute[request.at].append(request)
    overflow = process.of(table.LABEL_OVERFLOW, "http_route")
    for at in range(START, END + 1, MINUTE):
        if at == restarted:
            for series in process.all.values():
                series.clear()
        for request in by_minute[at]:
            process.count(request)
        watch_pools(process.of, at, len(by_minute[at]))
        overflow.value += at > END - 2 * HOUR and at % (10 * MINUTE) == 0
        if _is_scraped(at):
            for series in process.all.values():
                series.scrape(at)


def _is_scraped(at: int) -> bool:
    # Rarely between the hours of today and the same hours yesterday, which nobody draws: half
    # the text.
    drawn = at >= END - 9 * HOUR or at <= END - 23 * HOUR
    return at % (SCRAPE_INTERVAL if drawn else 10 * MINUTE) == 0
