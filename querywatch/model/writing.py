"""The values of the model as plain dictionaries and lists, field by field.

What repeats from query to query (call sites, stacks, statements, loads) is written once, in a
table, and named by its number there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from querywatch.model.callsite import CallSite
    from querywatch.model.finding import Finding
    from querywatch.model.query import Load, Query
    from querywatch.model.recording import Recording, Request
    from querywatch.model.report import Report


class Tables:
    """What repeats in one report, each thing numbered by its first appearance."""

    def __init__(self) -> None:
        self.sites: dict[CallSite, int] = {}
        self.stacks: dict[tuple[CallSite, ...], int] = {}
        self.statements: dict[tuple[Any, ...], int] = {}
        self.loads: dict[tuple[Any, ...], int] = {}

    def site(self, site: CallSite | None) -> int | None:
        """Give *site* its number; None stays None."""
        return None if site is None else self.sites.setdefault(site, len(self.sites))

    def stack(self, stack: tuple[CallSite, ...]) -> int:
        """Give *stack* and the call sites in it their numbers."""
        number = self.stacks.get(stack)
        if number is None:
            number = self.stacks[stack] = len(self.stacks)
            for site in stack:
                self.site(site)
        return number

    def statement(self, value: Query) -> int:
        """Give what *value* has in common with other runs of its statement a number."""
        key = (
            value.statement,
            value.summary,
            value.origin,
            value.parameters,
            value.entities,
            value.eager,
            value.batch,
            value.engine,
            value.dialect,
            value.is_async,
        )
        return self.statements.setdefault(key, len(self.statements))

    def load(self, value: Load | None) -> int | None:
        """Give what *value* has in common with loads for other objects a number."""
        if value is None:
            return None
        key = (
            value.subject,
            value.path,
            value.owner,
            value.base,
            value.target,
            value.columns,
            value.cause,
            value.strategy,
            value.recursive,
        )
        return self.loads.setdefault(key, len(self.loads))


def report(value: Report) -> dict[str, Any]:
    """Write a whole report, without the head that names its schema."""
    tables = Tables()
    recorded = recording(value.recording, tables)
    findings = [finding(item, tables) for item in value.findings]
    allowed = [finding(item, tables) for item in value.allowed]
    return {
        "recording": recorded,
        "findings": findings,
        "allowed": allowed,
        "callsites": [call_site(site) for site in tables.sites],
        "stacks": [[tables.sites[site] for site in stack] for stack in tables.stacks],
        "statements": [statement(key) for key in tables.statements],
        "loads": [load(key) for key in tables.loads],
    }


def recording(value: Recording, tables: Tables) -> dict[str, Any]:
    """Write a recording with its queries."""
    return {
        "label": value.label,
        "started": value.started,
        "duration": value.duration,
        "dropped": value.dropped,
        "dropped_duration": value.dropped_duration,
        "setup_statements": value.setup_statements,
        "outside": value.outside,
        "engines": value.engines,
        "request": None if value.request is None else request(value.request),
        "notes": value.notes,
        "queries": [query(item, tables) for item in value.queries],
    }


def request(value: Request) -> dict[str, Any]:
    """Write what a recording's request was."""
    return {
        "method": value.method,
        "route": value.route,
        "endpoint": value.endpoint,
        "status": value.status,
    }


def call_site(value: CallSite) -> dict[str, Any]:
    """Write one line of the application."""
    return {
        "file": value.file,
        "line": value.line,
        "function": value.function,
        "source": value.source,
    }


def query(value: Query, tables: Tables) -> dict[str, Any]:
    """Write one run of a statement."""
    return {
        "number": value.number,
        "statement": tables.statement(value),
        "started": value.started,
        "duration": value.duration,
        "stack": tables.stack(value.stack),
        "place": value.place,
        "flush": value.flush,
        "values": value.values,
        "load": tables.load(value.load),
        "loaded_for": value.loaded_for,
        "run": value.run,
        "parent": value.parent,
        "rows": value.rows,
        "size": value.size,
        "error": value.error,
        "in_transaction": value.in_transaction,
        "thread": value.thread,
        "serializing": value.serializing,
    }


def statement(key: tuple[Any, ...]) -> dict[str, Any]:
    """Write an entry of the table of statements."""
    text, summary, origin, parameters, entities, eager, batch, engine, dialect, is_async = key
    return {
        "text": text,
        "summary": summary,
        "origin": origin,
        "parameters": [{"role": item.role, "name": item.name} for item in parameters],
        "entities": entities,
        "eager": eager,
        "batch": batch,
        "engine": engine,
        "dialect": dialect,
        "is_async": is_async,
    }


def load(key: tuple[Any, ...]) -> dict[str, Any]:
    """Write an entry of the table of loads."""
    subject, path, owner, base, target, columns, cause, strategy, recursive = key
    return {
        "subject": subject,
        "path": [
            {"attribute": step.attribute, "many": step.many, "via": step.via} for step in path
        ],
        "owner": owner,
        "base": base,
        "target": target,
        "columns": columns,
        "cause": cause,
        "strategy": strategy,
        "recursive": recursive,
    }


def finding(value: Finding, tables: Tables) -> dict[str, Any]:
    """Write one objection; `kind` is there for readers, its code says the same."""
    return {
        "code": value.code,
        "kind": value.kind,
        "subject": value.subject,
        "message": value.message,
        "count": value.count,
        "duration": value.duration,
        "statement": value.statement,
        "used_at": tables.site(value.used_at),
        "callers": [tables.site(site) for site in value.callers],
        "place": value.place,
        "loaded_at": tables.site(value.loaded_at),
        "fix": value.fix,
        "fix_at": tables.site(value.fix_at),
        "queries_before": value.queries_before,
        "queries_after": value.queries_after,
        "likely": value.likely,
        "evidence": value.evidence,
    }
