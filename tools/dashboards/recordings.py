"""Recording rules: what alerts read, and what a graph of weeks would be too slow without."""

from __future__ import annotations

from tools.dashboards import metrics
from tools.dashboards.grafana import Json

# Prometheus passes over the labels a setup does not have. What comes and goes with a process
# (instance, pod) is left out, so that today can be compared with yesterday across a deploy.
PLACE = "cluster, namespace, job"
BY_ROUTE = f"{PLACE}, http_request_method, http_route"
BY_POOL = f"{PLACE}, db_client_connection_pool_name"

REQUESTS_5M = "job_http_route:querywatch_requests:rate5m"
REQUESTS_1H = "job_http_route:querywatch_requests:rate1h"
LOOPS = "job_http_route:querywatch_n_plus_one_findings:rate5m"
LOOPS_PER_REQUEST = "job_http_route:querywatch_n_plus_one_findings_per_requests:ratio_rate5m"
P95 = "job_http_route:querywatch_request_queries:p95_1h"
MEAN = "job_http_route:querywatch_request_queries:mean1h"
OVER_BUDGET = "job_http_route:querywatch_requests_over_budget_per_requests:ratio_rate{}"
POOL_USED = "job_instance_pool:querywatch_pool_connections_used_per_max:ratio"
WAITS = "job_pool:querywatch_pool_waits:rate5m"
WAIT_P95 = "job_pool:querywatch_pool_wait_duration_seconds:p95_5m"

# 50 queries, as the Python exporters and as the OTLP receiver write the bound.
BUDGET = 'le=~"50([.]0)?"'
WINDOWS = ("5m", "30m", "1h", "6h")


def recordings() -> list[Json]:
    """List the recording rules, each after those it reads."""
    loops = f'{metrics.FINDINGS}{{querywatch_finding_type="n_plus_one"}}'
    return [
        _record(REQUESTS_5M, _rate(metrics.REQUESTS, "5m", BY_ROUTE)),
        _record(REQUESTS_1H, _rate(metrics.REQUESTS, "1h", BY_ROUTE)),
        _record(LOOPS, _rate(loops, "5m", BY_ROUTE)),
        _record(LOOPS_PER_REQUEST, f"{LOOPS}\n/\n({REQUESTS_5M} > 0)"),
        _record(P95, _p95(metrics.QUERIES, "1h", BY_ROUTE)),
        _record(
            MEAN,
            f"{_rate(f'{metrics.QUERIES}_sum', '1h', BY_ROUTE)}\n/\n({REQUESTS_1H} > 0)",
        ),
        *(_record(OVER_BUDGET.format(window), _over_budget(window)) for window in WINDOWS),
        _record(
            POOL_USED,
            f"sum by ({PLACE}, instance, db_client_connection_pool_name) ("
            f'{metrics.CONNECTIONS}{{db_client_connection_state="used"}})\n/\n'
            f"sum by ({PLACE}, instance, db_client_connection_pool_name) ("
            f"{metrics.MAX_CONNECTIONS})",
        ),
        _record(WAITS, _rate(f"{metrics.WAIT}_count", "5m", BY_POOL)),
        _record(WAIT_P95, _p95(metrics.WAIT, "5m", BY_POOL)),
    ]


def _record(name: str, expression: str) -> Json:
    return {"record": name, "expr": expression}


def _rate(metric: str, window: str, by: str) -> str:
    return f"sum by ({by}) (rate({metric}[{window}]))"


def _p95(histogram: str, window: str, by: str) -> str:
    return f"histogram_quantile(0.95, {_rate(f'{histogram}_bucket', window, f'{by}, le')})"


def _over_budget(window: str) -> str:
    within = _rate(f"{metrics.QUERIES}_bucket{{{BUDGET}}}", window, BY_ROUTE)
    return f"1 -\n{within}\n/\n({_rate(metrics.REQUESTS, window, BY_ROUTE)} > 0)"
