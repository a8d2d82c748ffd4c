"""Reports on a terminal: in full once, then one line each."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from querywatch import __version__
from querywatch.model import CallSite, Finding, Load, Query, Recording, Report, Request
from querywatch.sinks import ConsoleSink

BLOCK = (
    "  QW101 N+1: Order.items lazy-loaded 12× at app/shop.py:37 in list_orders()  [0.0 ms]\n"
    "    used    app/shop.py:37  in list_orders()\n"
    "    fix     add .options(selectinload(Order.items))   13 → 2 queries\n"
)


def a_finding(subject: str = "Order.items", line: int = 37) -> Finding:
    """Make a finding that a fix would take from 13 queries to 2."""
    return Finding(
        "QW101",
        subject,
        f"{subject} lazy-loaded 12×",
        used_at=CallSite("app/shop.py", line, "list_orders"),
        fix=f"add .options(selectinload({subject}))",
        queries_before=13,
        queries_after=2,
    )


def a_report(count: int, findings: Sequence[Finding] = (), route: str = "/orders") -> Report:
    """Make the report of a request with *count* queries."""
    request = Request("GET", route, "list_orders", 200)
    queries = tuple(Query(number, "SELECT 1") for number in range(count))
    return Report(Recording(request.label, queries, request=request), tuple(findings))


def test_a_finding_is_shown_in_full_once_and_then_counted() -> None:
    """The second request has one line."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)

    for _ in range(3):
        sink(a_report(13, [a_finding()]))

    assert stream.getvalue() == (
        "querywatch  GET /orders  200  0.0 ms  13 queries 0.0 ms  1 finding\n"
        f"{BLOCK}"
        "querywatch  GET /orders  200  0.0 ms  13 queries 0.0 ms  1 finding (QW101 seen 2×)\n"
        "querywatch  GET /orders  200  0.0 ms  13 queries 0.0 ms  1 finding (QW101 seen 3×)\n"
    )


def test_one_finding_on_two_routes_is_shown_on_both() -> None:
    """Each route has its own developer looking at it."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)

    sink(a_report(13, [a_finding()], "/orders"))
    sink(a_report(13, [a_finding()], "/admin"))

    assert stream.getvalue().count(BLOCK) == 2


def test_one_subject_on_two_lines_is_two_findings() -> None:
    """Two loops over one relationship are two lines to edit."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)

    sink(a_report(13, [a_finding(line=37)]))
    sink(a_report(13, [a_finding(line=80)]))

    assert "seen" not in stream.getvalue()


def test_a_cured_finding_is_said_to_be_fixed_once() -> None:
    """After the edit the next request says so."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)

    sink(a_report(13, [a_finding()]))
    sink(a_report(2))
    sink(a_report(2))

    assert stream.getvalue().splitlines()[-2:] == [
        (
            "querywatch  GET /orders  200  0.0 ms  2 queries 0.0 ms"
            "  ok, was 13: QW101 Order.items fixed"
        ),
        "querywatch  GET /orders  200  0.0 ms  2 queries 0.0 ms  ok",
    ]


def test_an_eager_load_of_the_subject_is_the_cure() -> None:
    """A query that selectinload runs says, too, what it loads for which objects."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)
    eagerly = Query(1, "SELECT 1", origin="eager", load=Load("Order.items"))
    request = Request("GET", "/orders", "list_orders", 200)

    sink(a_report(13, [a_finding()]))
    sink(Report(Recording("GET /orders", (Query(0, "SELECT 1"), eagerly), request=request)))

    assert stream.getvalue().splitlines()[-1].endswith("ok, was 13: QW101 Order.items fixed")


def test_a_request_without_rows_is_not_taken_for_a_cure() -> None:
    """One query where the cure would run two: there was nothing to loop over."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)

    sink(a_report(13, [a_finding()]))
    sink(a_report(1))

    assert stream.getvalue().splitlines()[-1].endswith("1 query 0.0 ms  ok")


def test_a_single_lazy_load_is_not_taken_for_a_cure() -> None:
    """One parent makes no loop, but its relationship is still loaded lazily."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)
    lazily = Query(1, "SELECT 1", origin="lazy", load=Load("Order.items"))
    request = Request("GET", "/orders", "list_orders", 200)

    sink(a_report(13, [a_finding()]))
    sink(Report(Recording("GET /orders", (Query(0, "SELECT 1"), lazily), request=request)))

    assert stream.getvalue().splitlines()[-1].endswith("2 queries 0.0 ms  ok")


def test_a_finding_that_comes_back_is_shown_in_full_again_but_once() -> None:
    """A route that sins on one branch only is not cured by every request that takes another."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)

    for _ in range(5):
        sink(a_report(13, [a_finding()]))
        sink(a_report(2))

    assert stream.getvalue().count(BLOCK) == 2
    assert stream.getvalue().count("fixed") == 1


def test_nothing_is_called_fixed_beside_another_finding() -> None:
    """The request may just have gone another way."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)

    sink(a_report(13, [a_finding("Order.items")]))
    sink(a_report(13, [a_finding("Order.customer")]))

    assert "fixed" not in stream.getvalue()


def test_a_request_without_queries_prints_nothing() -> None:
    """Static files do not scroll the findings away."""
    stream = io.StringIO()

    ConsoleSink(stream)(a_report(0))

    assert stream.getvalue() == ""


def test_verbose_prints_a_line_for_every_request() -> None:
    """Whoever asks sees them all."""
    stream = io.StringIO()

    ConsoleSink(stream, verbose=True)(a_report(0))

    assert stream.getvalue() == "querywatch  GET /orders  200  0.0 ms  0 queries 0.0 ms  ok\n"


def test_twenty_requests_without_sql_are_remarked_on_once() -> None:
    """Never a silent zero."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)

    for _ in range(60):
        sink(a_report(0))

    assert stream.getvalue() == (
        "querywatch  no SQL seen in 20 requests. Engines seen: 0."
        " Raw drivers (asyncpg, psycopg) are not watched.\n"
    )


def test_the_remark_says_how_many_engines_have_connected() -> None:
    """An engine that connected, and yet no SQL, leads elsewhere than no engine."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)
    request = Request("GET", "/", "home", 200)

    for _ in range(20):
        sink(Report(Recording("GET /", engines=2, request=request)))

    assert "Engines seen: 2." in stream.getvalue()


def test_sql_seen_once_makes_the_remark_unnecessary() -> None:
    """A route that needs no database is nothing to worry about."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)

    sink(a_report(1))
    for _ in range(60):
        sink(a_report(0))

    assert "no SQL seen" not in stream.getvalue()


def test_routes_are_remembered_within_a_bound_and_that_is_said() -> None:
    """The longest unused route is forgotten, and shown in full when it comes again."""
    stream = io.StringIO()
    sink = ConsoleSink(stream)

    for number in range(1_001):
        sink(a_report(13, [a_finding()], f"/{number}"))
    sink(a_report(13, [a_finding()], "/0"))
    sink(a_report(13, [a_finding()], "/1000"))

    assert stream.getvalue().count(BLOCK) == 1_002
    assert stream.getvalue().count("more than 1,000 routes") == 1
    assert stream.getvalue().endswith("1 finding (QW101 seen 2×)\n")


def test_findings_of_one_route_are_remembered_within_a_bound() -> None:
    """A route that sins in ever new ways does not eat the memory."""
    sink = ConsoleSink(io.StringIO())

    for line in range(500):
        sink(a_report(13, [a_finding(line=line)]))

    assert sink._history.forgotten == 300


def test_reports_of_concurrent_requests_never_mix() -> None:
    """Each report is one write."""

    class Writes(io.StringIO):
        def __init__(self) -> None:
            super().__init__()
            self.texts: list[str] = []

        def write(self, text: str) -> int:
            self.texts.append(text)
            return len(text)

    stream = Writes()
    sink = ConsoleSink(stream)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: sink(a_report(13, [a_finding()], f"/{n}")), range(200)))

    assert len(stream.texts) == 200
    assert all(text.endswith(BLOCK) for text in stream.texts)


def test_stderr_is_looked_up_for_every_report(capsys: pytest.CaptureFixture[str]) -> None:
    """A test runner or a server may replace it at any time."""
    sink = ConsoleSink()

    sink(a_report(1))

    assert capsys.readouterr().err.startswith("querywatch  GET /orders")


def test_a_program_without_stderr_is_not_disturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows starts programs without a console."""
    sink = ConsoleSink()
    monkeypatch.setattr(sys, "stderr", None)

    sink(a_report(1))

    assert sys.stderr is None


def test_the_start_line_names_version_mode_and_switch() -> None:
    """The first thing one sees says how to get rid of it."""
    stream = io.StringIO()

    ConsoleSink(stream).announce("warn")

    assert stream.getvalue() == (
        f"querywatch {__version__} on (mode warn)   off: QUERYWATCH_ENABLED=0\n"
    )


def test_a_stream_of_another_encoding_gets_ascii() -> None:
    """An old Windows console shows `12x` rather than an error."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="cp1252", newline="\n")

    ConsoleSink(stream)(a_report(13, [a_finding()]))

    assert b"lazy-loaded 12x at app/shop.py:37" in raw.getvalue()
    assert b"13 -> 2 queries" in raw.getvalue()
