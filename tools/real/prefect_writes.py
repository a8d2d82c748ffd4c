"""What is asked of Prefect's REST API about many rows at once, and what changes many rows."""

from __future__ import annotations

from typing import Any, Final

from tools.real.prefect_endpoint import Ask, Endpoint
from tools.real.prefect_rows import SCHEDULED, Rows, automation, log, schedule


def _any(ids: list[str]) -> dict[str, Any]:
    return {"id": {"any_": ids}}


async def _log_many(rows: Rows) -> Ask:
    return "/logs/", [log(rows.run) for _ in range(rows.size)]


async def _create_many(rows: Rows) -> Ask:
    return f"/deployments/{rows.deployment}/create_flow_run/bulk", [{} for _ in range(rows.size)]


async def _runs(rows: Rows) -> list[str]:
    make = rows.server.make
    return [await make("/flow_runs/", flow_id=rows.flow, state=SCHEDULED) for _ in range(rows.size)]


async def _delete_runs(rows: Rows) -> Ask:
    return "/flow_runs/bulk_delete", {"flow_runs": _any(await _runs(rows))}


async def _cancel_runs(rows: Rows) -> Ask:
    body = {"flow_runs": _any(await _runs(rows)), "state": {"type": "CANCELLED"}}
    return "/flow_runs/bulk_set_state", body


async def _delete_flows(rows: Rows) -> Ask:
    server = rows.server
    made = [await server.make("/flows/", name=server.name("gone")) for _ in range(rows.size)]
    return "/flows/bulk_delete", {"flows": _any(made)}


async def _delete_deployments(rows: Rows) -> Ask:
    made = [await rows.deploy() for _ in range(rows.size)]
    return "/deployments/bulk_delete", {"deployments": _any(made)}


def _schedules(rows: Rows) -> list[dict[str, Any]]:
    return [schedule(number) for number in range(rows.size)]


async def _create_deployment(rows: Rows) -> Ask:
    body = {"name": rows.server.name("scheduled"), "flow_id": rows.flow}
    return "/deployments/", {**body, "schedules": _schedules(rows)}


async def _update_deployment(rows: Rows) -> Ask:
    made = await rows.deploy(schedules=_schedules(rows))
    return f"/deployments/{made}", {"schedules": _schedules(rows)}


async def _add_schedules(rows: Rows) -> Ask:
    return f"/deployments/{await rows.deploy()}/schedules", _schedules(rows)


async def _schedule_runs(rows: Rows) -> Ask:
    made = await rows.deploy(schedules=[schedule(0)])
    return f"/deployments/{made}/schedule", {"min_runs": rows.size, "max_runs": rows.size}


async def _pause_deployment(rows: Rows) -> Ask:
    made = await rows.deploy(schedules=_schedules(rows))
    return f"/deployments/{made}/pause_deployment", None


async def _take_slots(rows: Rows) -> Ask:
    names = [f"limit-{number}" for number in range(rows.size)]
    return "/v2/concurrency_limits/increment", {"names": names, "slots": 1}


async def _make_slots(rows: Rows) -> Ask:
    names = [rows.server.name("new") for _ in range(rows.size)]
    body = {"names": names, "slots": 1, "create_if_missing": True}
    return "/v2/concurrency_limits/increment", body


async def _take_tags(rows: Rows) -> Ask:
    names = [f"tag-{number}" for number in range(rows.size)]
    return "/concurrency_limits/increment", {"names": names, "task_run_id": rows.run}


async def _give_tags(rows: Rows) -> Ask:
    await rows.server.ask("POST", *await _take_tags(rows))
    names = [f"tag-{number}" for number in range(rows.size)]
    return "/concurrency_limits/decrement", {"names": names, "task_run_id": rows.run}


async def _rename_schedules(rows: Rows) -> Ask:
    made = await rows.deploy(schedules=_schedules(rows))
    renamed = [
        {**one, "slug": f"new-{one['slug']}", "replaces": one["slug"]} for one in _schedules(rows)
    ]
    return f"/deployments/{made}", {"schedules": renamed}


async def _create_in_queues(rows: Rows) -> Ask:
    body = [{"work_queue_name": f"queue-{number}"} for number in range(rows.size)]
    return f"/deployments/{rows.deployment}/create_flow_run/bulk", body


async def _scheduled_of_queues(rows: Rows) -> Ask:
    names = [f"queue-{number}" for number in range(rows.size)]
    return f"/work_pools/{rows.pool}/get_scheduled_flow_runs", {"work_queue_names": names}


async def _references(rows: Rows) -> dict[str, Any]:
    server = rows.server
    made = [await rows.make_block(server.name("part")) for _ in range(rows.size)]
    return {f"part{i}": {"$ref": {"block_document_id": one}} for i, one in enumerate(made)}


async def _create_block(rows: Rows) -> Ask:
    body = {"name": rows.server.name("whole"), "data": await _references(rows)}
    ids = {"block_type_id": rows.block_type, "block_schema_id": rows.block_schema}
    return "/block_documents/", {**body, **ids}


async def _update_block(rows: Rows) -> Ask:
    whole = await rows.make_block(rows.server.name("whole"))
    return f"/block_documents/{whole}", {"data": await _references(rows)}


async def _read_block(rows: Rows) -> Ask:
    whole = (await rows.server.ask("POST", *await _create_block(rows)))["id"]
    return f"/block_documents/{whole}", None


async def _pool(rows: Rows) -> str:
    name = rows.server.name("some-pool")
    await rows.server.make("/work_pools/", name=name, type="process")
    for number in range(rows.size):
        await rows.server.make(f"/work_pools/{name}/queues", name=f"queue-{number}")
    return name


async def _delete_pool(rows: Rows) -> Ask:
    return f"/work_pools/{await _pool(rows)}", None


async def _put_first(rows: Rows) -> Ask:
    return f"/work_pools/{await _pool(rows)}/queues/queue-0", {"priority": 1}


async def _automate(rows: Rows) -> Ask:
    return "/automations/", {**automation(rows.server.name("many")), "actions": _starts(rows)}


async def _automate_validated(rows: Rows) -> Ask:
    actions = [{**action, "job_variables": {"x": 1}} for action in _starts(rows)]
    return "/automations/", {**automation(rows.server.name("many")), "actions": actions}


def _starts(rows: Rows) -> list[dict[str, Any]]:
    action = {"type": "run-deployment", "source": "selected"}
    return [{**action, "deployment_id": one} for one in rows.deployments[: rows.size]]


async def _disown(rows: Rows) -> Ask:
    owner = rows.server.name("prefect.deployment")
    for _ in range(rows.size):
        body = automation(rows.server.name("owned"))
        await rows.server.make("/automations/", owner_resource=owner, **body)
    return f"/automations/owned-by/{owner}", None


WRITES: Final = (
    Endpoint("POST /logs/", _log_many),
    Endpoint("POST /deployments/{id}/create_flow_run/bulk", _create_many),
    Endpoint("POST /flow_runs/bulk_delete", _delete_runs),
    Endpoint("POST /flow_runs/bulk_set_state", _cancel_runs),
    Endpoint("POST /flows/bulk_delete", _delete_flows),
    Endpoint("POST /deployments/bulk_delete", _delete_deployments),
    Endpoint("POST /deployments/", _create_deployment),
    Endpoint("PATCH /deployments/{id}", _update_deployment),
    Endpoint("POST /deployments/{id}/schedules", _add_schedules),
    Endpoint("POST /deployments/{id}/schedule", _schedule_runs),
    Endpoint("POST /deployments/{id}/pause_deployment", _pause_deployment),
    Endpoint("POST /v2/concurrency_limits/increment", _take_slots),
    Endpoint("POST /v2/concurrency_limits/increment (missing)", _make_slots),
    Endpoint("POST /concurrency_limits/increment", _take_tags),
    Endpoint("POST /concurrency_limits/decrement", _give_tags),
    Endpoint("DELETE /work_pools/{name}", _delete_pool),
    Endpoint("PATCH /work_pools/{name}/queues/{name}", _put_first),
    Endpoint("POST /automations/", _automate),
    Endpoint("POST /automations/ (job variables)", _automate_validated),
    Endpoint("DELETE /automations/owned-by/{id}", _disown),
    Endpoint("PATCH /deployments/{id} (renamed)", _rename_schedules),
    Endpoint("POST /deployments/{id}/create_flow_run/bulk (queues)", _create_in_queues),
    Endpoint("POST /work_pools/{name}/get_scheduled_flow_runs (queues)", _scheduled_of_queues),
    Endpoint("POST /block_documents/", _create_block),
    Endpoint("PATCH /block_documents/{id}", _update_block),
    Endpoint("GET /block_documents/{id}", _read_block),
)
