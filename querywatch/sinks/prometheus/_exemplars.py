"""Exemplars: the trace that a measurement belongs to, for a click from a graph to the trace."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from querywatch import capture
from querywatch.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Exemplar: TypeAlias = "Callable[[], Mapping[str, str] | None]"

MAX_LENGTH: Final = 128
"""Characters that the names and the values of one exemplar may have together (OpenMetrics 1.0)."""
_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def current_trace() -> dict[str, str] | None:
    """Return `trace_id` and `span_id` of the current span of OpenTelemetry, if it is sampled.

    A process that has not imported OpenTelemetry has no span, so it is not imported for this.
    """
    trace: Any = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return None
    span = trace.get_current_span().get_span_context()
    if not (span.is_valid and span.trace_flags.sampled):
        return None
    return {"trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}"}


def guarded(exemplar: Exemplar | None) -> Exemplar:
    """Make *exemplar* harmless: what it raises or gets wrong costs the exemplar alone.

    What cannot be called is a ConfigurationError.
    """
    if exemplar is None:
        return _none
    if not callable(exemplar):
        raise ConfigurationError(f"exemplar must be a callable or None, not {exemplar!r}")

    # Ours needs no checking, which would cost as much again as finding the span.
    checked = _as_it_is if exemplar is current_trace else _checked

    def ask() -> Mapping[str, str] | None:
        try:
            return checked(exemplar())
        except Exception as bug:  # noqa: BLE001 - the measurement matters more than its exemplar
            capture.failed(bug)
            return None

    return ask


def _none() -> None:
    return None


def _as_it_is(given: Mapping[str, str] | None) -> Mapping[str, str] | None:
    return given


def _checked(given: Mapping[str, str] | None) -> dict[str, str] | None:
    if not given:
        return None
    labels = dict(given)
    length = len("".join(labels) + "".join(labels.values()))
    if length > MAX_LENGTH:
        raise ValueError(f"an exemplar may have {MAX_LENGTH} characters, not {length}: {labels!r}")
    for name, value in labels.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"an exemplar's label must be a word, not {name!r}")
        # A lone surrogate would make the whole exposition fail.
        value.encode()
    return labels
