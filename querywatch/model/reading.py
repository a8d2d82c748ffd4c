"""The values of the model from plain dictionaries and lists, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from querywatch.model.callsite import CallSite
from querywatch.model.finding import KINDS, Finding
from querywatch.model.query import Load, Parameter, Query, Step
from querywatch.model.recording import Recording, Request
from querywatch.model.shapes import Shape, wrong

if TYPE_CHECKING:
    from collections.abc import Sequence


class Tables:
    """The tables of one document, read first: everything else names their entries by number."""

    def __init__(self, shape: Shape) -> None:
        self.sites = shape.items("callsites", call_site)
        self.stacks = shape.items("stacks", lambda item, where: stack(item, where, self.sites))
        self.statements = shape.items("statements", statement)
        self.loads = shape.items("loads", load)


def report(document: object) -> tuple[Recording, tuple[Finding, ...], tuple[Finding, ...]]:
    """Read the recording, the findings, and those that were allowed."""
    shape = Shape(document, "")
    tables = Tables(shape)

    def finding_at(item: object, where: str) -> Finding:
        return finding(Shape(item, where), tables.sites)

    return (
        recording(Shape(shape.get("recording"), "recording"), tables),
        shape.items("findings", finding_at),
        shape.items("allowed", finding_at),
    )


def stack(item: object, where: str, sites: Sequence[CallSite]) -> tuple[CallSite, ...]:
    """Read one stack, a list of numbers of *sites*."""
    return Shape({where: item}, "").entries(where, sites)


def recording(shape: Shape, tables: Tables) -> Recording:
    """Read a recording with its queries."""
    return Recording(
        label=shape.text("label"),
        queries=shape.items("queries", lambda item, where: query(Shape(item, where), tables)),
        started=shape.number("started"),
        duration=shape.number("duration"),
        dropped=shape.whole("dropped"),
        dropped_duration=shape.number("dropped_duration"),
        setup_statements=shape.whole("setup_statements"),
        outside=shape.whole("outside"),
        engines=shape.whole_or_none("engines"),
        request=request(shape.get("request"), shape.at("request")),
        notes=shape.texts("notes"),
    )


def request(item: object, where: str) -> Request | None:
    """Read what a recording's request was."""
    if item is None:
        return None
    shape = Shape(item, where)
    return Request(
        method=shape.text("method"),
        route=shape.text("route"),
        endpoint=shape.text("endpoint"),
        status=shape.whole_or_none("status"),
    )


def call_site(item: object, where: str) -> CallSite:
    """Read one line of the application."""
    shape = Shape(item, where)
    return CallSite(
        file=shape.text("file"),
        line=shape.whole("line"),
        function=shape.text("function"),
        source=shape.text("source"),
    )


def query(shape: Shape, tables: Tables) -> Query:
    """Read one run of a statement."""
    return Query(
        **shape.entry("statement", tables.statements),
        number=shape.whole("number"),
        started=shape.number("started"),
        duration=shape.number("duration"),
        stack=shape.entry("stack", tables.stacks),
        place=shape.whole("place"),
        flush=shape.whole("flush"),
        values=shape.values("values"),
        load=shape.entry_or_none("load", tables.loads),
        loaded_for=shape.whole("loaded_for"),
        run=shape.whole("run"),
        parent=shape.whole_or_none("parent"),
        rows=shape.whole_or_none("rows"),
        size=shape.whole("size"),
        error=shape.text_or_none("error"),
        in_transaction=shape.flag("in_transaction"),
        thread=shape.whole("thread"),
        serializing=shape.flag("serializing"),
    )


def statement(item: object, where: str) -> dict[str, Any]:
    """Read what the runs of one statement have in common."""
    shape = Shape(item, where)
    return {
        "statement": shape.text("text"),
        "summary": shape.text("summary"),
        "origin": shape.origin("origin"),
        "parameters": shape.items("parameters", parameter),
        "entities": shape.texts("entities"),
        "eager": shape.texts("eager"),
        "batch": shape.whole("batch"),
        "engine": shape.text("engine"),
        "dialect": shape.text("dialect"),
        "is_async": shape.flag("is_async"),
    }


def parameter(item: object, where: str) -> Parameter:
    """Read what one `?` of a statement stands for."""
    shape = Shape(item, where)
    return Parameter(role=shape.text("role"), name=shape.text("name"))


def load(item: object, where: str) -> Load:
    """Read what the ORM was loading, whatever the object it did so for."""
    shape = Shape(item, where)
    return Load(
        subject=shape.text("subject"),
        path=shape.items("path", step),
        owner=shape.text("owner"),
        base=shape.text("base"),
        target=shape.text("target"),
        columns=shape.texts("columns"),
        cause=shape.text("cause"),
        strategy=shape.text("strategy"),
        recursive=shape.flag("recursive"),
    )


def step(item: object, where: str) -> Step:
    """Read one relationship of a path."""
    shape = Shape(item, where)
    return Step(attribute=shape.text("attribute"), many=shape.flag("many"), via=shape.text("via"))


def finding(shape: Shape, sites: Sequence[CallSite]) -> Finding:
    """Read one objection; its `kind` follows from its code."""
    return Finding(
        code=code(shape),
        subject=shape.text("subject"),
        message=shape.text("message"),
        count=shape.whole("count"),
        duration=shape.number("duration"),
        statement=shape.text("statement"),
        used_at=shape.entry_or_none("used_at", sites),
        callers=shape.entries("callers", sites),
        place=shape.text("place"),
        loaded_at=shape.entry_or_none("loaded_at", sites),
        fix=shape.text_or_none("fix"),
        fix_at=shape.entry_or_none("fix_at", sites),
        queries_before=shape.whole_or_none("queries_before"),
        queries_after=shape.whole_or_none("queries_after"),
        likely=shape.flag("likely"),
        evidence=shape.wholes("evidence"),
    )


def code(shape: Shape) -> str:
    """Read a code of the rule book, or one of somebody's own, which does not begin with QW."""
    value = shape.text("code")
    if value in KINDS or not value.startswith("QW"):
        return value
    return wrong(shape.at("code"), "a known code", value)
