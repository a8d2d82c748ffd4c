"""Which span a request belongs to, found while the request is under way.

The span is the current one where the request comes in, if whoever traces it is around us, and
where the response leaves, if it is within us. The context of the first is still there when the
report is delivered; that of the second may have been another task's.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from opentelemetry.trace import SpanKind, get_current_span

if TYPE_CHECKING:
    from opentelemetry.trace import Span


class Following:
    """One request: its span as far as it is known, and whether that was told of findings.

    `spent` is the seconds that were spent on it before its report.
    """

    __slots__ = ("span", "spent", "told")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.spent = 0.0
        self.told = False

    def leaves(self) -> Span:
        """Return the span of the request whose response is about to leave."""
        if not _is_server(self.span):
            here = get_current_span()
            if _is_server(here) or (here.is_recording() and not self.span.is_recording()):
                self.span = here
        return self.span


class Followed:
    """The request that is under way in each context, as one sink knows it."""

    def __init__(self) -> None:
        # One for each sink, of which a process has few: none ends what another one follows.
        self._here: ContextVar[Following | None] = ContextVar("querywatch_request", default=None)

    def begin(self) -> None:
        """Follow the request that comes in here."""
        self._here.set(Following(get_current_span()))

    def current(self) -> Following:
        """Return what is followed here, even if that only begins now."""
        return self._here.get() or Following(get_current_span())

    def end(self) -> Following:
        """Return it and follow it no longer."""
        following = self.current()
        self._here.set(None)
        return following


def _is_server(span: Span) -> bool:
    # Only the SDK's spans tell their kind.
    return span.is_recording() and getattr(span, "kind", None) is SpanKind.SERVER
