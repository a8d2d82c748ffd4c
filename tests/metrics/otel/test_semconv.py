"""The names that are written out are those of OpenTelemetry's own package."""

from __future__ import annotations

import re

import pytest
from opentelemetry.semconv.attributes import (
    code_attributes,
    db_attributes,
    error_attributes,
    http_attributes,
    server_attributes,
)
from opentelemetry.semconv.metrics import db_metrics
from opentelemetry.semconv.schemas import Schemas

from querywatch.sinks._metrics import table
from querywatch.sinks.opentelemetry import _semconv

PUBLISHED = {
    name: value
    for module in (
        code_attributes,
        db_attributes,
        db_metrics,
        error_attributes,
        http_attributes,
        server_attributes,
    )
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, str)
}
WRITTEN = {name: value for name, value in vars(_semconv).items() if name.isupper()}
OWN = "querywatch."


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, value in WRITTEN.items()
        if value.startswith(("code", "db", "error", "http.", "server"))
    ],
)
def test_a_name_is_the_published_constant(name: str) -> None:
    """Under the same name of the constant."""
    assert WRITTEN[name] == PUBLISHED[name]


def test_every_other_name_is_our_own() -> None:
    """Nothing is put into a namespace of the conventions that they do not have."""
    others = {value for value in WRITTEN.values() if value not in PUBLISHED.values()}

    assert {value for value in others if not value.startswith(OWN)} == {_semconv.SCHEMA_URL}


def test_the_attributes_of_the_table_are_published_or_our_own() -> None:
    """But for those of pools, which the stable package does not have yet."""
    attributes = {name for metric in table.METRICS for name in metric.attributes}
    pools = {table.POOL, table.STATE}

    assert {
        name
        for name in attributes - pools
        if name not in PUBLISHED.values() and not name.startswith(OWN)
    } == set()
    assert {name.rpartition(".")[0] for name in pools} == {
        "db.client.connection.pool",
        "db.client.connection",
    }


def test_the_bounds_of_durations_are_those_of_the_conventions() -> None:
    """The stable histogram advises them in its document."""
    assert table.SECONDS == (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)
    assert all(type(bound) is float for bound in table.SECONDS)


def test_the_schema_is_a_version_of_the_conventions() -> None:
    """The form of the address is that of the versions which the package knows."""
    known = next(iter(Schemas)).value

    assert re.sub(r"[\d.]+$", "", known) == re.sub(r"[\d.]+$", "", _semconv.SCHEMA_URL)
