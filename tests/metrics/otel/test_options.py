"""Options that cannot be are refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from querywatch import ConfigurationError
from querywatch.sinks.opentelemetry import OpenTelemetrySink
from tests.metrics.otel.world import World


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"meter_provider": 3}, "meter_provider must have the method get_meter or be None, not 3"),
        ({"tracer_provider": "t"}, "tracer_provider must have the method get_tracer"),
        ({"logger_provider": object}, "logger_provider must have the method get_logger"),
        ({"spans": "always"}, "spans must be true, false or 'auto', not 'always'"),
        ({"semconv_metrics": 1}, "semconv_metrics must be true, false or 'auto', not 1"),
        ({"span_events": "yes"}, "span_events must be true or false, not 'yes'"),
        ({"fingerprints": None}, "fingerprints must be true or false, not None"),
        ({"returned_rows": 1}, "returned_rows must be true or false, not 1"),
        ({"max_routes": 0}, "max_routes must be a whole number above 0, not 0"),
        ({"pools": "primary"}, "pools must be"),
    ],
)
def test_an_option_that_cannot_be_is_refused(options: dict[str, Any], words: str) -> None:
    """By its name and its value, when the sink is made."""
    with pytest.raises(ConfigurationError) as refusal:
        OpenTelemetrySink(**options)

    assert str(refusal.value).startswith(words)


def test_options_that_can_be_are_taken(world: World) -> None:
    """The twin."""
    sink = world.sink(
        spans=True,
        semconv_metrics="auto",
        span_events=True,
        fingerprints=True,
        returned_rows=True,
        max_routes=1,
        pools=False,
    )

    assert callable(sink)
    sink.close()
