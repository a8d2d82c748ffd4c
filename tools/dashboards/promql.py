"""PromQL in the words of the dashboards: which series, over what time, by which labels."""

from __future__ import annotations

from dataclasses import dataclass

RATE = "$__rate_interval"
"""The range of everything drawn over time: never shorter than four scrapes."""
RANGE = "$__range"
"""The whole time a dashboard shows: the range of totals."""

METHOD = "http_request_method"
ROUTE = "http_route"
KIND = "querywatch_finding_type"
POOL = "db_client_connection_pool_name"
STATE = "db_client_connection_state"
OPERATION = "db_operation_name"
ERROR = "error_type"


@dataclass(frozen=True)
class Scope:
    """The series one dashboard looks at; each *matcher* is a label matcher of PromQL."""

    matchers: tuple[str, ...]

    def narrowed(self, *matchers: str) -> Scope:
        """Return the scope with further *matchers*."""
        return Scope((*self.matchers, *matchers))

    def series(self, metric: str) -> str:
        """Select the series of *metric*."""
        return f"{metric}{{{', '.join(self.matchers)}}}"

    def rate(self, metric: str, *by: str) -> str:
        """Add up how fast *metric* grows, per second."""
        return total(f"rate({self.series(metric)}[{RATE}])", *by)

    def increase(self, metric: str, *by: str) -> str:
        """Add up how much *metric* grew over the whole time shown."""
        return total(f"increase({self.series(metric)}[{RANGE}])", *by)

    def sum(self, metric: str, *by: str) -> str:
        """Add up a gauge."""
        return total(self.series(metric), *by)

    def quantile(self, quantile: float, histogram: str, *by: str) -> str:
        """Estimate a quantile of *histogram*, over time."""
        return _quantile(quantile, self.rate(f"{histogram}_bucket", *by, "le"))

    def quantile_in_range(self, quantile: float, histogram: str, *by: str) -> str:
        """Estimate a quantile of *histogram* over the whole time shown."""
        return _quantile(quantile, self.increase(f"{histogram}_bucket", *by, "le"))

    def mean(self, histogram: str, *by: str) -> str:
        """Take the mean of *histogram*, over time: exact, where a quantile is an estimate."""
        return ratio(self.rate(f"{histogram}_sum", *by), self.rate(f"{histogram}_count", *by))


def _quantile(quantile: float, buckets: str) -> str:
    # Of nothing a quantile is NaN, which no comparison lets pass.
    return f"histogram_quantile({quantile}, {buckets}) >= 0"


def total(expression: str, *by: str) -> str:
    """Add up the series of *expression*, by the labels *by*."""
    return f"sum by ({', '.join(by)}) ({expression})" if by else f"sum({expression})"


def ratio(part: str, whole: str) -> str:
    """Divide; where *whole* is nothing there is no result, instead of 0/0."""
    return f"{part} / ({whole} > 0)"


def top(number: int, expression: str) -> str:
    """Keep the *number* largest series at every moment."""
    return f"topk({number}, {expression})"


_PROCESS = ('job=~"$job"', 'instance=~"$instance"')

PROCESS = Scope(_PROCESS)
"""What processes count without a route."""
ROUTES = PROCESS.narrowed(f'{ROUTE}=~"$route"')
"""What they count by route, for any number of routes."""
ONE_ROUTE = PROCESS.narrowed(f'{ROUTE}="$route"')
POOLS = PROCESS.narrowed(f'{POOL}=~"$pool"')
