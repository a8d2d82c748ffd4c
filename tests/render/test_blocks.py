"""Reports as the lines a developer reads."""

from __future__ import annotations

from dataclasses import replace

from querywatch.model import CallSite, Finding, Query, Recording, Report, Request
from querywatch.render import render_finding, render_report

USED = CallSite(
    "app/shop.py", 37, "list_orders", 'out.append({"id": o.id, "items": [i.sku for i in o.items]})'
)
LOADED = CallSite("app/shop.py", 36, "list_orders", "for o in session.scalars(select(Order)):")
STATEMENT = "SELECT items.id, items.sku, items.order_id FROM items WHERE ? = items.order_id"
FINDING = Finding(
    code="QW101",
    subject="Order.items",
    message="Order.items lazy-loaded 12×",
    count=12,
    duration=0.0043,
    statement=STATEMENT,
    used_at=USED,
    loaded_at=LOADED,
    fix="add .options(selectinload(Order.items))",
    fix_at=LOADED,
    queries_before=13,
    queries_after=2,
)
RECORDING = Recording(
    label="GET /orders",
    queries=tuple(Query(number, STATEMENT, duration=0.0128 / 13) for number in range(13)),
    duration=0.101,
    request=Request("GET", "/orders", "list_orders", 200),
)


def test_a_report_is_its_line_and_a_block_per_finding() -> None:
    """The shape everybody sees first, character by character."""
    assert render_report(Report(RECORDING, (FINDING,))) == (
        "querywatch  GET /orders  200  101 ms  13 queries 12.8 ms  1 finding\n"
        "  QW101 N+1: Order.items lazy-loaded 12× at app/shop.py:37 in list_orders()  [4.3 ms]\n"
        '    used    app/shop.py:37  out.append({"id": o.id, "items": [i.sku for i in o.items]})\n'
        "    loaded  app/shop.py:36  for o in session.scalars(select(Order)):\n"
        "    query   SELECT items.id, items.sku, items.order_id FROM items"
        " WHERE ? = items.order_id  (×12)\n"
        "    fix     app/shop.py:36  add .options(selectinload(Order.items))   13 → 2 queries\n"
    )


def test_a_report_without_findings_is_one_line() -> None:
    """Nothing to object to takes no room."""
    assert render_report(Report(RECORDING)) == (
        "querywatch  GET /orders  200  101 ms  13 queries 12.8 ms  ok\n"
    )


def test_a_finding_seen_before_is_only_counted() -> None:
    """The block is shown once."""
    assert render_report(Report(RECORDING, (FINDING,)), seen=(2,)) == (
        "querywatch  GET /orders  200  101 ms  13 queries 12.8 ms  1 finding (QW101 seen 2×)\n"
    )


def test_several_findings_seen_before_are_told_apart_by_subject() -> None:
    """Two findings of one code would read alike; many are cut short and counted."""
    others = [replace(FINDING, subject=f"Order.r{number}") for number in range(6)]

    text = render_report(Report(RECORDING, tuple(others)), seen=(2, 3, 4, 5, 6, 1_000))

    assert text.splitlines()[0].endswith(
        "6 findings (QW101 Order.r0 seen 2×, QW101 Order.r1 seen 3×, QW101 Order.r2 seen 4×,"
        " QW101 Order.r3 seen 5×, QW101 Order.r4 seen 6×, and 1 more)"
    )


def test_a_new_finding_beside_an_old_one_gets_its_block() -> None:
    """Only what is new is shown in full."""
    new = replace(FINDING, subject="Order.customer", message="Order.customer lazy-loaded 3×")

    lines = render_report(Report(RECORDING, (FINDING, new)), seen=(2, 1)).splitlines()

    assert lines[0].endswith("2 findings (QW101 seen 2×)")
    assert [line for line in lines if line.startswith("  QW")] == [f"  {new.headline}"]


def test_callers_stand_under_the_line_they_called() -> None:
    """A repository's helper and whoever loops over it are both shown."""
    caller = CallSite("app/api.py", 12, "handler", "for id in ids: repo.get(id)")

    lines = render_finding(replace(FINDING, callers=(caller,)))

    assert lines[1:4] == [
        '    used    app/shop.py:37  out.append({"id": o.id, "items": [i.sku for i in o.items]})',
        "    from    app/api.py:12  for id in ids: repo.get(id)",
        "    loaded  app/shop.py:36  for o in session.scalars(select(Order)):",
    ]


def test_a_line_that_called_itself_is_shown_once() -> None:
    """A lambda and its call share a line, a recursion calls from the same one over and over."""
    caller = CallSite("app/api.py", 12, "handler", "rows = [lazy(id) for id in ids]")
    inner = caller._replace(function="<lambda>")

    lines = render_finding(replace(FINDING, callers=(inner, caller, USED, caller)))

    called = "    from    app/api.py:12  rows = [lazy(id) for id in ids]"
    assert [line for line in lines if "    from  " in line] == [called, lines[3], called]
    assert "app/shop.py:37" in lines[3]


def test_a_place_in_words_stands_where_no_line_was_running() -> None:
    """A response being serialized runs no line of the application."""
    place = "response of GET /orders (endpoint list_orders), field items"

    lines = render_finding(replace(FINDING, used_at=None, place=place))

    assert lines[:2] == [
        f"  QW101 N+1: Order.items lazy-loaded 12× at {place}  [4.3 ms]",
        f"    used    {place}",
    ]


def test_a_line_that_cannot_be_read_is_named_by_its_function() -> None:
    """Installed without sources, there is still a place to look at."""
    lines = render_finding(replace(FINDING, used_at=USED._replace(source="")))

    assert lines[1] == "    used    app/shop.py:37  in list_orders()"


def test_what_a_finding_does_not_know_takes_no_line() -> None:
    """No empty keys."""
    assert render_finding(Finding("QW301", "GET /orders", "51 queries, limit 50")) == [
        "  QW301 query budget: 51 queries, limit 50  [0.0 ms]"
    ]


def test_a_long_statement_is_cut_and_says_by_how_much() -> None:
    """Never silently."""
    statement = "SELECT " + ", ".join(f"column_{number:04}" for number in range(100))

    line = render_finding(replace(FINDING, statement=statement))[3]

    kept = statement[:200].rstrip()
    assert line == f"    query   {kept}… [{len(statement) - len(kept):,} more characters]  (×12)"


def test_a_statement_of_many_lines_is_shown_on_one() -> None:
    """The gutter stays straight."""
    line = render_finding(replace(FINDING, statement="SELECT 1\n\n  FROM t", count=1))[3]

    assert line == "    query   SELECT 1 FROM t"


def test_characters_a_terminal_would_obey_are_written_as_escapes() -> None:
    """A quoted identifier may hold anything, an escape sequence too."""
    line = render_finding(replace(FINDING, statement='SELECT "\x1b[2J\u202e" FROM t'))[3]

    assert line == '    query   SELECT "\\x1b[2J\\u202e" FROM t  (×12)'


def test_very_many_findings_are_cut_and_counted() -> None:
    """A terminal is not a log file."""
    findings = tuple(replace(FINDING, subject=f"T.r{number}") for number in range(25))

    lines = render_report(Report(RECORDING, findings)).splitlines()

    assert sum(line.startswith("  QW101") for line in lines) == 20
    assert lines[-1] == "    note    showing 20 of 25 findings"


def test_allowed_findings_are_counted() -> None:
    """Allowed is not hidden."""
    text = render_report(Report(RECORDING, (), (FINDING,)))

    assert text == "querywatch  GET /orders  200  101 ms  13 queries 12.8 ms  ok  1 allowed\n"


def test_a_recording_that_overflowed_says_so() -> None:
    """What was not kept was not judged, and a reader must know."""
    recording = replace(RECORDING, dropped=2_100, outside=1, notes=("a note of its own",))

    assert render_report(Report(recording)).splitlines()[1:] == [
        "    note    kept 13 of 2,113 queries: the rest was counted, not judged",
        "    note    1 statement meanwhile came from a thread that belongs to no recording",
        "    note    a note of its own",
    ]


def test_a_recording_without_a_request_has_its_label() -> None:
    """A job or a test has no status."""
    recording = Recording("nightly import", (Query(0, "SELECT 1"),), duration=12.34)

    assert render_report(Report(recording)) == (
        "querywatch  nightly import  12.3 s  1 query 0.0 ms  ok\n"
    )


def test_a_request_without_a_response_shows_no_status() -> None:
    """Nothing was sent, so nothing is claimed."""
    recording = replace(RECORDING, request=Request("WEBSOCKET", "/ws"), duration=0.0042)

    assert render_report(Report(recording)) == (
        "querywatch  WEBSOCKET /ws  4.2 ms  13 queries 12.8 ms  ok\n"
    )
