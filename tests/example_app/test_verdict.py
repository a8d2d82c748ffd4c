"""The demonstration judges what was printed: a sin must be found, and found right."""

import pytest
from httpx import Request, Response

from example_app.catalogue import Pair
from example_app.console import Printed, read_findings
from example_app.verdict import judge, table

PAIR = Pair(
    code="QW101",
    title="to-many",
    name="orders",
    subject="Order.items",
    function="list_orders",
    used="order.items",
    fix="selectinload(Order.items)",
)
DETAILS = {
    "used": "app/shop.py:37  for item in order.items",
    "loaded": "app/shop.py:36  orders = session.scalars(first)",
    "fix": "app/shop.py:36  add .options(selectinload(Order.items))   13 -> 2 queries",
}
FOUND = Printed(
    "QW101",
    "N+1: Order.items lazy-loaded 12x at app/shop.py:37 in list_orders()  [4.3 ms]",
    DETAILS,
)


def answer(body: str, queries: int) -> Response:
    """Make the answer of an endpoint that ran *queries* queries."""
    timing = f'db;dur=1.5;desc="{queries} queries"'
    request = Request("GET", "http://bookshop")
    return Response(200, text=body, headers={"server-timing": timing}, request=request)


ANSWERS = {PAIR.sin: answer("[1]", 13), PAIR.cure: answer("[1]", 2)}


def test_a_sin_that_is_found_beside_a_silent_cure_is_right() -> None:
    """Code, subject, function and fix agree, and nothing is said of the cure."""
    verdict = judge(PAIR, ANSWERS, {("GET", PAIR.sin): [FOUND]})

    assert verdict.is_right
    assert (verdict.sin_queries, verdict.cure_queries) == (13, 2)
    assert table([verdict]).splitlines()[1].split() == [
        *("QW101", "Order.items", "/sins/orders", "13", "found", "/cures/orders", "2", "silent")
    ]


def test_a_sin_nobody_mentions_is_missed() -> None:
    """No finding is not a success."""
    verdict = judge(PAIR, ANSWERS, {})

    assert (verdict.sin, verdict.is_right) == ("MISSED", False)


def test_a_second_finding_of_another_code_is_wrong() -> None:
    """One objection per problem: a sin accused twice is not right."""
    verdict = judge(PAIR, ANSWERS, {("GET", PAIR.sin): [FOUND, Printed("QW103", "query loop")]})

    assert (verdict.sin, verdict.is_right) == ("WRONG CODE", False)


@pytest.mark.parametrize(
    "finding",
    [
        Printed("QW101", FOUND.headline.replace("Order.items", "Order.lines"), DETAILS),
        Printed("QW101", FOUND.headline.replace("list_orders", "other"), DETAILS),
        Printed("QW101", FOUND.headline, DETAILS | {"used": "app/shop.py:9  order.lines"}),
        Printed("QW101", FOUND.headline, DETAILS | {"loaded": "app/shop.py:9  session.get(...)"}),
        Printed("QW101", FOUND.headline, DETAILS | {"fix": "joinedload(Order.items)"}),
        Printed("QW101", FOUND.headline),
    ],
    ids=["subject", "function", "used", "loaded", "fix", "headline alone"],
)
def test_a_finding_that_says_something_else_is_wrong(finding: Printed) -> None:
    """The right code alone is not enough."""
    verdict = judge(PAIR, ANSWERS, {("GET", PAIR.sin): [finding]})

    assert (verdict.sin, verdict.is_right) == ("WRONG TEXT", False)


def test_a_cure_that_is_accused_is_wrong() -> None:
    """Silence on the cure is half of the demonstration."""
    findings = {("GET", PAIR.sin): [FOUND], ("GET", PAIR.cure): [FOUND]}
    verdict = judge(PAIR, ANSWERS, findings)

    assert (verdict.cure, verdict.is_right) == ("ACCUSED", False)


def test_a_cure_nobody_watched_is_wrong() -> None:
    """Without a count of its queries, silence means nothing."""
    unwatched = Response(200, text="[1]", request=Request("GET", "http://bookshop"))
    answers = {PAIR.sin: answer("[1]", 13), PAIR.cure: unwatched}
    verdict = judge(PAIR, answers, {("GET", PAIR.sin): [FOUND]})

    assert (verdict.cure, verdict.is_right) == ("UNWATCHED", False)


def test_a_cure_that_answers_something_else_is_wrong() -> None:
    """A cure that changes the answer cures nothing."""
    answers = {PAIR.sin: answer("[1]", 13), PAIR.cure: answer("[2]", 2)}
    verdict = judge(PAIR, answers, {("GET", PAIR.sin): [FOUND]})

    assert (verdict.cure, verdict.is_right) == ("OTHER ANSWER", False)


def test_findings_are_read_under_the_request_they_belong_to() -> None:
    """The lines below a request are its own, until the next request."""
    printed = """
INFO:     Application startup complete.
querywatch  GET /sins/orders  200  101 ms  13 queries 12.8 ms  1 finding
  QW101 N+1: Order.items lazy-loaded 12x at app/shop.py:37 in list_orders()  [4.3 ms]
    used    app/shop.py:37  for item in order.items
    fix     app/shop.py:36  add .options(selectinload(Order.items))   13 -> 2 queries
querywatch  GET /cures/orders  200  9 ms  2 queries 0.8 ms
"""
    findings = read_findings(printed.splitlines())

    assert findings[("GET", "/cures/orders")] == []
    [finding] = findings[("GET", "/sins/orders")]
    assert finding.code == "QW101"
    assert finding.headline.startswith("N+1: Order.items")
    assert finding.details["used"] == "app/shop.py:37  for item in order.items"
    assert finding.details["fix"].startswith("app/shop.py:36  add")


def test_output_without_findings_gives_none() -> None:
    """A server's own lines are not findings."""
    assert read_findings(["INFO:     Started server process [1]", ""]) == {}
