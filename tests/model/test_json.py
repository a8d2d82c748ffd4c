"""Reports written as JSON and read back."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import querywatch
from querywatch.model import (
    CallSite,
    Finding,
    Load,
    Parameter,
    Query,
    Recording,
    Report,
    Request,
    Step,
)

ROOT = Path(__file__).parents[2]


def full_report() -> Report:
    """Make a report in which no field has its default."""
    used = CallSite("app/shop.py", 37, "list_orders", "out.append([i.sku for i in o.items])")
    loaded = CallSite("app/shop.py", 36, "list_orders", "for o in session.scalars(select(Order)):")
    load = Load(
        subject="Order.items",
        path=(Step("Customer.orders", many=True, via="selectinload"), Step("Order.items", True)),  # noqa: FBT003
        owner="Order",
        base="Document",
        target="Item",
        columns=("sku",),
        cause="deferred",
        strategy="lazy",
        recursive=True,
    )
    query = Query(
        number=1,
        statement="SELECT items.id FROM items WHERE items.id IN (?) AND ? = items.order_id",
        summary="SELECT items",
        origin="lazy",
        started=0.25,
        duration=0.001,
        stack=(used, loaded),
        place=5,
        flush=6,
        values=((1, 2), 3),
        parameters=(Parameter("list", "Item.id"), Parameter("equal", "Item.order_id")),
        load=load,
        parent=0,
        loaded_for=3,
        run=7,
        entities=("Item",),
        eager=("Item.order",),
        batch=100,
        rows=4,
        size=2,
        error="OperationalError",
        in_transaction=False,
        engine="main",
        dialect="sqlite",
        is_async=True,
        thread=11,
        serializing=True,
    )
    finding = Finding(
        code="QW101",
        subject="Order.items",
        message="Order.items lazy-loaded 12×",
        count=12,
        duration=0.0043,
        statement=query.statement,
        used_at=used,
        callers=(loaded,),
        place="response of GET /orders",
        loaded_at=loaded,
        fix="add .options(selectinload(Order.items))",
        fix_at=loaded,
        queries_before=13,
        queries_after=2,
        likely=True,
        evidence=(1,),
    )
    allowed = Finding(code="QW201", subject="SELECT users", message="SELECT users run 2×")
    recording = Recording(
        label="GET /orders",
        queries=(Query(0, "SELECT 1"), query),
        started=1_700_000_000.5,
        duration=0.101,
        dropped=2,
        dropped_duration=0.5,
        setup_statements=3,
        outside=1,
        engines=2,
        request=Request("GET", "/orders", "list_orders", 200),
        notes=("a note",),
    )
    return Report(recording, (finding,), (allowed,))


def test_a_report_comes_back_equal() -> None:
    """Every field of every value survives."""
    report = full_report()

    assert Report.from_json(report.to_json()) == report


def test_no_field_is_left_out() -> None:
    """The report of these tests holds no default, so a field that is not written is missed."""
    report = full_report()
    query = report.queries[1]

    values: list[Any] = [report, report.recording, report.findings[0]]
    for value in values:
        for field in fields(value):
            if field.compare:
                assert getattr(value, field.name) != field.default, field.name
    tuples: list[Any] = [query, query.load, report.recording.request]
    for value in tuples:
        for name, default in value._field_defaults.items():
            assert getattr(value, name) != default, name


def test_an_empty_report_comes_back_equal() -> None:
    """Nothing recorded is a report too."""
    report = Report(Recording("nothing"))

    assert Report.from_json(report.to_json()) == report


def test_an_indented_report_comes_back_equal() -> None:
    """Indentation is for people and changes nothing."""
    report = full_report()

    assert Report.from_json(report.to_json(indent=2).encode()) == report


def test_the_head_names_schema_and_version() -> None:
    """A reader knows from the first keys what it has before it."""
    document = json.loads(full_report().to_json())

    assert list(document)[:2] == ["schema", "version"]
    assert document["schema"] == "querywatch.report/1"
    assert document["version"] == querywatch.__version__


def test_a_call_site_is_written_once() -> None:
    """Queries and findings name call sites by number, so a loop costs no room."""
    document = json.loads(full_report().to_json())

    assert [site["line"] for site in document["callsites"]] == [37, 36]
    assert document["stacks"] == [[], [0, 1]]
    assert document["recording"]["queries"][1]["stack"] == 1
    assert document["findings"][0]["loaded_at"] == 1


def test_numbers_that_are_none_are_not_written() -> None:
    """NaN is no JSON: it is refused where it is written."""
    report = Report(Recording("odd", duration=float("nan")))

    with pytest.raises(ValueError, match="not JSON compliant"):
        report.to_json()


TEXTS = st.text()
SITES = st.builds(CallSite, file=TEXTS, line=st.integers(0), function=TEXTS, source=TEXTS)
SECONDS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.lists(st.integers() | st.lists(st.integers()).map(tuple)).map(tuple)
QUERIES = st.builds(
    Query,
    number=st.integers(),
    statement=TEXTS,
    started=SECONDS,
    duration=SECONDS,
    stack=st.lists(SITES, max_size=3).map(tuple),
    values=VALUES,
    rows=st.none() | st.integers(),
)
FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(["QW101", "QW303"]),
    subject=TEXTS,
    message=TEXTS,
    used_at=st.none() | SITES,
    callers=st.lists(SITES, max_size=2).map(tuple),
    fix=st.none() | TEXTS,
    evidence=st.lists(st.integers()).map(tuple),
)


@given(
    st.builds(Recording, label=TEXTS, queries=st.lists(QUERIES, max_size=4).map(tuple)),
    st.lists(FINDINGS, max_size=3).map(tuple),
)
def test_any_report_comes_back_equal(recording: Recording, findings: tuple[Finding, ...]) -> None:
    """Whatever text and numbers it holds."""
    report = Report(recording, findings)

    assert Report.from_json(report.to_json()) == report


def test_keys_of_a_later_version_are_passed_over() -> None:
    """Within a major version keys may be added anywhere."""
    document = json.loads(full_report().to_json())
    for owner in (
        document,
        document["recording"],
        document["loads"][0],
        document["callsites"][0],
        document["findings"][0],
    ):
        owner["from_the_future"] = {"deep": [1]}

    assert Report.from_json(json.dumps(document)) == full_report()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a report: not JSON (Expecting value: line 1 column 1 (char 0))"),
        (b"\xff\xfe\x00", "not a report: not JSON ("),
        ("[" * 100_000, "not a report: not JSON ("),
        ("[]", "not a report: no schema, where 'querywatch.report/1' was expected"),
        ("{}", "not a report: no schema, where 'querywatch.report/1' was expected"),
        (
            '{"schema": "querywatch.report/9"}',
            "not a report: unknown schema 'querywatch.report/9', not 'querywatch.report/1'",
        ),
        ('{"schema": "querywatch.report/1"}', "not a report: callsites is missing"),
    ],
)
def test_what_is_no_report_is_refused_in_words(text: str | bytes, words: str) -> None:
    """Not JSON, no schema, another schema, nothing behind the schema."""
    with pytest.raises(ValueError, match=r"^not a report: ") as refused:
        Report.from_json(text)

    assert str(refused.value).startswith(words)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("recording", 3, "recording must be an object, not 3"),
        ("recording.queries", {}, "recording.queries must be a list, not {}"),
        ("recording.queries.1", None, "recording.queries[1] must be an object, not None"),
        (
            "recording.queries.1.duration",
            "fast",
            "recording.queries[1].duration must be a number, not 'fast'",
        ),
        (
            "recording.queries.1.duration",
            True,
            "recording.queries[1].duration must be a number, not True",
        ),
        (
            "recording.queries.1.stack",
            9,
            "recording.queries[1].stack must be a number below 2, not 9",
        ),
        (
            "recording.queries.1.stack",
            -1,
            "recording.queries[1].stack must be a number below 2, not -1",
        ),
        (
            "statements.1.origin",
            "x",
            "statements[1].origin must be an origin, not 'x'",
        ),
        (
            "recording.queries.1.values.0.1",
            "secret",
            "recording.queries[1].values[0][1] must be a whole number, not 'secret'",
        ),
        (
            "statements.1.is_async",
            1,
            "statements[1].is_async must be true or false, not 1",
        ),
        (
            "loads.0.path.0.many",
            "yes",
            "loads[0].path[0].many must be true or false, not 'yes'",
        ),
        (
            "recording.request.status",
            "200",
            "recording.request.status must be a whole number, not '200'",
        ),
        ("recording.notes", ["ok", 1], "recording.notes[1] must be a string, not 1"),
        ("findings.0.code", "QW999", "findings[0].code must be a known code, not 'QW999'"),
        ("findings.0.callers", [7], "findings[0].callers[0] must be a number below 2, not 7"),
        ("allowed.0.fix", 1, "allowed[0].fix must be a string, not 1"),
        ("callsites.0.line", 1.5, "callsites[0].line must be a whole number, not 1.5"),
        ("stacks.1", [5], "stacks[1][0] must be a number below 2, not 5"),
    ],
)
def test_a_wrong_type_is_refused_with_its_place(path: str, value: object, words: str) -> None:
    """The text leads to the very key."""
    document = json.loads(full_report().to_json())
    _put(document, path, value)

    with pytest.raises(ValueError, match=r"^not a report: ") as refused:
        Report.from_json(json.dumps(document))

    assert str(refused.value) == f"not a report: {words}"


def _put(document: Any, path: str, value: object) -> None:
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in way:
        document = document[part]
    document[last] = value


def _keys(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from _keys(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _keys(inner, (*path, index))


DOCUMENT = json.loads(full_report().to_json())
REQUIRED = [path for path in _keys(DOCUMENT) if path[-1] not in {"schema", "version", "kind"}]


@pytest.mark.parametrize("path", REQUIRED, ids=str)
def test_a_missing_key_is_refused_by_its_name(path: tuple[str | int, ...]) -> None:
    """No key of the schema may be left out."""
    document = copy.deepcopy(DOCUMENT)
    owner = document
    for part in path[:-1]:
        owner = owner[part]
    del owner[path[-1]]

    with pytest.raises(ValueError, match=r"^not a report: .* is missing$") as refused:
        Report.from_json(json.dumps(document))

    assert str(refused.value).removesuffix(" is missing").endswith(str(path[-1]))


def test_every_key_is_documented() -> None:
    """docs/json.md has a row for each key that can appear."""
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    keys = {path[-1] for path in _keys(DOCUMENT)}

    assert [key for key in sorted(map(str, keys)) if f"| `{key}` |" not in text] == []


def test_every_documented_key_exists() -> None:
    """docs/json.md speaks of no key that never appears."""
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    keys = {str(path[-1]) for path in _keys(DOCUMENT)}
    rows = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}

    assert rows - keys == set()
