"""Rows for Prefect to serve, made through its own REST API."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from prefect.server.database import provide_database_interface
from prefect.server.events.schemas.events import ReceivedEvent
from prefect.server.events.storage.database import write_events

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

NOW: Final = datetime.now(UTC)
SCHEDULED: Final = {"type": "SCHEDULED", "state_details": {"scheduled_time": NOW.isoformat()}}
RUNNING: Final = {"type": "RUNNING"}


@dataclass
class Server:
    """Prefect's REST API; a request it refuses is an error with its own words."""

    http: httpx.AsyncClient
    numbers: count[int] = field(default_factory=count)

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """Send one request and return what the response holds."""
        response = await self.http.request(method, f"/api{path}", json=body)
        if response.is_error:
            raise SystemExit(f"{method} {path}: {response.status_code} {response.text[:300]}")
        is_json = response.headers.get("content-type") == "application/json"
        return response.json() if is_json and response.content else None

    async def make(self, path: str, **body: object) -> str:
        """Create one object and return its id."""
        return str((await self.ask("POST", path, body))["id"])

    def name(self, kind: str) -> str:
        """Return a name that nothing has yet."""
        return f"{kind}-{next(self.numbers)}"


@dataclass
class Rows:
    """The rows of each kind, and the objects they hang on.

    `size` is how many of them the next request is about.
    """

    server: Server
    size: int = 0
    made: int = 0
    flow: str = ""
    run: str = ""
    deployment: str = ""
    pool: str = "pool"
    queue: str = ""
    block_type: str = ""
    block_schema: str = ""
    flows: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    deployments: list[str] = field(default_factory=list)

    async def prepare(self) -> None:
        """Make the objects that others belong to."""
        make = self.server.make
        self.flow = await make("/flows/", name="flow")
        self.run = await make("/flow_runs/", flow_id=self.flow, state=RUNNING)
        await make("/work_pools/", name=self.pool, type="process")
        self.queue = await make("/work_queues/", name="queue")
        self.block_type = await make("/block_types/", name="Type", slug="type")
        self.block_schema = await make(
            "/block_schemas/", block_type_id=self.block_type, fields=schema("Type")
        )
        self.deployment = await self.deploy()

    async def deploy(self, **more: object) -> str:
        """Make a deployment."""
        name = self.server.name("deployment")
        more = {"work_pool_name": self.pool, **more}
        return await self.server.make("/deployments/", name=name, flow_id=self.flow, **more)

    async def grow(self, size: int) -> None:
        """Add rows until there are *size* of each kind, or more."""
        steps: tuple[Callable[[int], Awaitable[None]], ...] = (
            self._add_runs,
            self._add_deployments,
            self._add_infrastructure,
            self._add_limits,
            self._add_blocks,
            self._add_results,
        )
        for number in range(self.made, size):
            for step in steps:
                await step(number)
        self.made = max(self.made, size)
        self.size = size

    async def _add_runs(self, number: int) -> None:
        make = self.server.make
        flow = await make("/flows/", name=f"flow-{number}", tags=["some"])
        self.flows.append(flow)
        run = await make(
            "/flow_runs/", flow_id=flow, deployment_id=self.deployment, state=SCHEDULED
        )
        self.runs.append(run)
        task = {"task_key": "task", "dynamic_key": str(number)}
        await make("/task_runs/", flow_run_id=self.run, state=RUNNING, **task)
        child = await make("/task_runs/", flow_run_id=self.run, task_key="sub", dynamic_key=run)
        await make("/flow_runs/", flow_id=flow, parent_task_run_id=child, state=RUNNING)

    async def _add_deployments(self, number: int) -> None:
        self.deployments.append(await self.deploy(schedules=[schedule(number)]))
        body = [schedule(number)]
        await self.server.ask("POST", f"/deployments/{self.deployment}/schedules", body)
        await self.server.ask("PUT", "/saved_searches/", {"name": f"search-{number}"})

    async def _add_infrastructure(self, number: int) -> None:
        make = self.server.make
        await make("/work_pools/", name=f"pool-{number}", type="process", concurrency_limit=5)
        await make(f"/work_pools/{self.pool}/queues", name=f"queue-{number}", concurrency_limit=5)
        beat = {"name": f"worker-{number}"}
        await self.server.ask("POST", f"/work_pools/{self.pool}/workers/heartbeat", beat)

    async def _add_limits(self, number: int) -> None:
        make = self.server.make
        await make("/concurrency_limits/", tag=f"tag-{number}", concurrency_limit=100)
        await make("/v2/concurrency_limits/", name=f"limit-{number}", limit=100)
        await make("/variables/", name=f"variable_{number}", value=number)

    async def _add_blocks(self, number: int) -> None:
        make = self.server.make
        kind = await make("/block_types/", name=f"Type {number}", slug=f"type-{number}")
        await make("/block_schemas/", block_type_id=kind, fields=schema(f"Type {number}"))
        await self.make_block(f"block-{number}")

    async def make_block(self, name: str) -> str:
        """Make a block document."""
        ids = {"block_type_id": self.block_type, "block_schema_id": self.block_schema}
        return await self.server.make("/block_documents/", name=name, data={"x": 1}, **ids)

    async def _add_results(self, number: int) -> None:
        artifact = {"key": f"artifact-{number}", "type": "table", "flow_run_id": self.run}
        await self.server.make("/artifacts/", **artifact)
        await self.server.ask("POST", "/logs/", [log(self.run)])
        await self.server.make("/automations/", **automation(f"automation-{number}"))
        await _add_event(number)


def schema(title: str) -> dict[str, Any]:
    """Return the fields of a block type."""
    return {
        "title": title,
        "type": "object",
        "properties": {"x": {"type": "integer"}},
        "block_type_slug": title.lower().replace(" ", "-"),
        "block_schema_references": {},
    }


def schedule(number: int) -> dict[str, Any]:
    """Return a schedule of a deployment."""
    return {"schedule": {"interval": 3600 + number}, "slug": f"every-{number}"}


def log(run: str) -> dict[str, Any]:
    """Return one log line of a flow run."""
    line = {"name": "log", "level": 20, "message": "hello", "flow_run_id": run}
    return {**line, "timestamp": datetime.now(UTC).isoformat()}


def automation(name: str) -> dict[str, Any]:
    """Return an automation that does nothing."""
    trigger = {"type": "event", "posture": "Reactive", "expect": ["x"], "threshold": 1}
    return {"name": name, "trigger": {**trigger, "within": 0}, "actions": [{"type": "do-nothing"}]}


async def _add_event(number: int) -> None:
    # A background service, which is off here, writes the events that the API takes in.
    database = provide_database_interface()
    event = {
        "id": uuid4(),
        "occurred": NOW - timedelta(seconds=number),
        "event": "made",
        "resource": {"prefect.resource.id": f"thing.{number}"},
    }
    async with database.session_context(begin_transaction=True) as session:
        await write_events(session, [ReceivedEvent.model_validate(event)])
