"""What is read of Prefect's REST API: lists, counts, histories and single objects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from tools.real.prefect_endpoint import Ask, Body, Endpoint
from tools.real.prefect_rows import NOW, Rows


def _plain(title: str, body: Callable[[Rows], Body] = lambda _: None) -> Endpoint:
    async def ask(rows: Rows) -> Ask:
        return title.split(" ", 1)[1].format_map(vars(rows)), body(rows)

    return Endpoint(title, ask)


def _lists(*paths: str) -> list[Endpoint]:
    return [_plain(f"POST {path}", lambda _: {}) for path in paths]


_HISTORY: Final = {
    "history_start": (NOW - timedelta(hours=1)).isoformat(),
    "history_end": (NOW + timedelta(hours=1)).isoformat(),
    "history_interval_seconds": 600,
}
_EVENTS: Final = {
    "filter": {
        "occurred": {
            "since": (NOW - timedelta(days=1)).isoformat(),
            "until": (NOW + timedelta(days=1)).isoformat(),
        }
    }
}

READS: Final = (
    *_lists(
        "/flows/filter",
        "/flows/paginate",
        "/flows/count",
        "/flow_runs/filter",
        "/flow_runs/paginate",
        "/flow_runs/lateness",
        "/task_runs/filter",
        "/task_runs/paginate",
        "/deployments/filter",
        "/deployments/paginate",
        "/work_pools/filter",
        "/work_pools/{pool}/queues/filter",
        "/work_pools/{pool}/workers/filter",
        "/work_pools/{pool}/concurrency_status",
        "/work_pools/{pool}/get_scheduled_flow_runs",
        "/work_queues/filter",
        "/work_queues/{queue}/get_runs",
        "/concurrency_limits/filter",
        "/v2/concurrency_limits/filter",
        "/block_types/filter",
        "/block_schemas/filter",
        "/block_documents/filter",
        "/artifacts/filter",
        "/artifacts/latest/filter",
        "/variables/filter",
        "/automations/filter",
        "/saved_searches/filter",
        "/logs/filter",
        "/ui/task_runs/count",
    ),
    _plain("POST /flow_runs/history", lambda _: dict(_HISTORY)),
    _plain("POST /task_runs/history", lambda _: dict(_HISTORY)),
    _plain("POST /events/filter", lambda _: dict(_EVENTS)),
    _plain("POST /events/count-by/resource", lambda _: dict(_EVENTS)),
    _plain("GET /flow_runs/{run}"),
    _plain("GET /flow_runs/{run}/graph-v2"),
    _plain("GET /flow_runs/{run}/graph"),
    _plain("GET /flow_runs/{run}/logs/download"),
    _plain("GET /deployments/{deployment}"),
    _plain("GET /deployments/{deployment}/schedules"),
    _plain("GET /deployments/{deployment}/work_queue_check"),
    _plain("GET /block_types/slug/type/block_documents"),
    _plain("GET /work_pools/{pool}"),
    _plain(
        "POST /deployments/get_scheduled_flow_runs",
        lambda rows: {"deployment_ids": [rows.deployment], "limit": 100},
    ),
    _plain("POST /ui/flows/count-deployments", lambda rows: {"flow_ids": rows.flows}),
    _plain("POST /ui/flows/next-runs", lambda rows: {"flow_ids": rows.flows}),
    _plain("POST /ui/flow_runs/count-task-runs", lambda rows: {"flow_run_ids": rows.runs}),
)
