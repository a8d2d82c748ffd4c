"""What was caused is what is counted: not one request, statement or finding more or less."""

from __future__ import annotations

from collections import Counter

import pytest

from querywatch.sinks._metrics.figures import FINDING_TYPES
from querywatch.sinks._metrics.table import QUERIES
from tests.metrics.e2e.asking import by_route, pushed_by_route
from tests.metrics.e2e.conftest import Loaded

pytestmark = pytest.mark.prometheus

FINDING = "querywatch.finding.type"


def test_every_request_is_counted(loaded: Loaded) -> None:
    """By method and route, those to nowhere under one name; the scrapes themselves are not."""
    requests = loaded.caused.requests

    assert by_route(loaded.scraped, "querywatch_request_queries_count") == requests
    assert by_route(loaded.scraped, "querywatch_request_db_duration_seconds_count") == requests
    assert pushed_by_route(loaded.pushed, "querywatch.request.queries", "count") == requests
    assert pushed_by_route(loaded.pushed, "querywatch.request.db.duration", "count") == requests


def test_every_statement_is_counted_by_route(loaded: Loaded) -> None:
    """The sums of the histogram, of which the rate is statements per second."""
    statements = loaded.caused.statements

    assert by_route(loaded.scraped, "querywatch_request_queries_sum") == statements
    assert pushed_by_route(loaded.pushed, "querywatch.request.queries", "sum") == statements


def test_every_statement_is_timed_once(loaded: Loaded) -> None:
    """The histogram of statements has no route, and none of them failed."""
    total = loaded.caused.statements.total()

    (found,) = loaded.scraped.query(
        "sum by (db_system_name, error_type) (querywatch_query_duration_seconds_count)"
    ).items()
    everything = loaded.pushed.total("querywatch.query.duration", "count")

    assert found == (frozenset({("db_system_name", "sqlite")}), total)
    assert everything.total() == total


def test_each_request_is_in_the_bucket_of_its_size(loaded: Loaded) -> None:
    """Thirteen statements are in every bucket from `le="20.0"` up."""
    expected = Counter(
        {
            (*place, str(bound)): loaded.caused.requests_within(place, bound)
            for place in loaded.caused.requests
            for bound in QUERIES
        }
    )

    found = by_route(loaded.scraped, 'querywatch_request_queries_bucket{le!="+Inf"}', "le")

    assert found == expected


def test_every_finding_is_counted_and_every_kind_begins_at_zero(loaded: Loaded) -> None:
    """All kinds are there on each route: a rate sees the first finding only after a 0."""
    findings = loaded.caused.findings
    expected = {
        (*place, kind): findings[*place, kind]
        for place in loaded.caused.requests
        for kind in FINDING_TYPES
    }

    assert dict(by_route(loaded.scraped, "querywatch_findings_total", FINDING)) == expected
    assert dict(pushed_by_route(loaded.pushed, "querywatch.findings", "value", FINDING)) == (
        expected
    )


def test_what_a_fix_would_save_is_what_the_cure_saves(loaded: Loaded) -> None:
    """The sin's statements less the cure's: the prediction is true, and it is added up."""
    redundant = loaded.caused.redundant

    assert by_route(loaded.scraped, "querywatch_redundant_queries_total") == redundant
    assert pushed_by_route(loaded.pushed, "querywatch.redundant.queries", "value") == redundant


def test_the_time_a_fix_would_save_is_part_of_the_time_spent(loaded: Loaded) -> None:
    """More than nothing where there was a loop, never more than the route took."""
    saved = by_route(loaded.scraped, "querywatch_redundant_db_time_seconds_total")
    spent = by_route(loaded.scraped, "querywatch_request_db_duration_seconds_sum")

    assert {place for place, seconds in saved.items() if seconds} == {
        place for place, queries in loaded.caused.redundant.items() if queries
    }
    assert all(seconds <= spent[place] for place, seconds in saved.items())


def test_every_worker_counted_some(loaded: Loaded) -> None:
    """Or the sums over four workers would say nothing."""
    assert len(loaded.pushed.processes) == loaded.workers
    assert loaded.workers == 1 or set(map(str, loaded.shop.workers)) == loaded.pushed.processes


def test_no_connection_is_out_when_nobody_asks(loaded: Loaded) -> None:
    """The pools have the names they were given, and all that was lent came back."""
    used = loaded.scraped.query(
        "sum by (db_client_connection_pool_name) (querywatch_pool_connections{"
        'db_client_connection_state="used"})'
    )
    names = ("primary", "replica", "async-primary", "async-replica")

    assert used == {frozenset({("db_client_connection_pool_name", name)}): 0 for name in names}


def test_nothing_went_wrong_meanwhile(loaded: Loaded) -> None:
    """No label overflowed, and querywatch had nothing to say of itself."""
    overflow = loaded.scraped.query(
        "sum by (querywatch_label_name) (querywatch_label_overflow_total)"
    )

    assert set(overflow.values()) <= {0}
    assert "querywatch failed" not in loaded.shop.running.printed
    assert "Traceback" not in loaded.shop.running.printed
