"""The sink: a report becomes metrics, attributes of the request's span, events and spans."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from opentelemetry import context as contexts
from opentelemetry.trace import set_span_in_context

from querywatch import capture
from querywatch.capture.pool import settle
from querywatch.settings import checks
from querywatch.sinks._metrics.labels import MAX_ROUTES
from querywatch.sinks.opentelemetry._findings import Events
from querywatch.sinks.opentelemetry._following import Followed
from querywatch.sinks.opentelemetry._instruments import meter_of
from querywatch.sinks.opentelemetry._metrics import Metrics
from querywatch.sinks.opentelemetry._others import is_suppressed, others_instrument
from querywatch.sinks.opentelemetry._pools import watch
from querywatch.sinks.opentelemetry._spans import Spans, is_sampled
from querywatch.sinks.opentelemetry._summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry._logs import LoggerProvider
    from opentelemetry.context import Context
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import Span, TracerProvider

    from querywatch.model import Report
    from querywatch.sinks.opentelemetry._following import Following

    When: TypeAlias = bool | Literal["auto"]


class OpenTelemetrySink:
    """Tell OpenTelemetry what reports hold; providers left None are the global ones.

    Of every report: metrics, and one log event `querywatch.finding` for each finding. Of a
    request moreover: attributes of the span that somebody else made for it, and with
    *span_events* its findings as events of that span, for who collects no logs. What is found
    after the response has left (in background tasks) is in the metrics and the log events alone.

    *spans* makes a span for each statement, below the request's span and only where that is
    sampled; *semconv_metrics* records `db.client.operation.duration`, and with *pools* the
    `db.client.connection` metrics. "auto" means: unless SQLAlchemy or a driver is instrumented by
    OpenTelemetry's own packages, which make the same.

    *fingerprints* counts the statements that findings object to, by 16 digits that stand for
    their text; *returned_rows* the rows of each select; *pools* the connections of every
    engine, some of which a mapping may give names: `{"primary": engine, "replica": other}`.

    The first *max_routes* pairs of a method and a route have series of their own, all later ones
    share `<other>`, and `querywatch.label_overflow` counts what went there; so it is with the
    first 100 pairs of a route and a fingerprint. Eight series of `querywatch.findings` belong to
    each method and route; newer SDKs keep 2,000 of one instrument unless a View says otherwise.

    Raises ConfigurationError for an option that is not of its kind.
    """

    def __init__(
        self,
        *,
        meter_provider: MeterProvider | None = None,
        tracer_provider: TracerProvider | None = None,
        logger_provider: LoggerProvider | None = None,
        pools: bool | Mapping[str, Any] = False,
        spans: When = "auto",
        span_events: bool = False,
        semconv_metrics: When = False,
        fingerprints: bool = False,
        returned_rows: bool = False,
        max_routes: int = MAX_ROUTES,
    ) -> None:
        _check_provider("meter_provider", meter_provider)
        _check_provider("tracer_provider", tracer_provider)
        _check_provider("logger_provider", logger_provider)
        self._spans_when = _when("spans", spans)
        self._semconv_when = _when("semconv_metrics", semconv_metrics)
        meter = meter_of(meter_provider)
        self._metrics = Metrics(
            meter,
            max_routes=checks.count(max_routes, "max_routes"),
            fingerprints=checks.flag(fingerprints, "fingerprints"),
            returned_rows=checks.flag(returned_rows, "returned_rows"),
            pools=_asks_for_pools(pools),
        )
        self._operations = self._metrics.operations() if semconv_metrics else None
        self._followed = Followed()
        self._summary = Summary(events=checks.flag(span_events, "span_events"))
        self._events = Events(logger_provider)
        self._spans = Spans(tracer_provider) if spans else None
        self._stop: Callable[[], None] | None = None
        if _asks_for_pools(pools):
            named = pools if isinstance(pools, Mapping) else None
            self._stop = watch(meter, named, self._wants_semconv if semconv_metrics else None)

    def __call__(self, report: Report) -> None:
        """Tell of *report*; what fails is counted, and keeps nothing else from being told."""
        started = perf_counter()
        of_request = report.recording.request is not None
        request = self._followed.end() if of_request else self._followed.current()
        context = _context_of(request.span)
        tell = [self._count, self._emit, self._trace]
        for step in [self._describe, *tell] if of_request else tell:
            try:
                step(report, request, context)
            except Exception as bug:  # noqa: BLE001 - the other steps have their own to tell
                capture.failed(bug)
        if self._stop is not None:
            settle()
        spent = request.spent + perf_counter() - started
        self._metrics.took(report.recording.overhead + spent)

    def request_begins(self) -> None:
        """Follow the request that comes in; the middleware calls this."""
        self._followed.begin()

    def before_response_ends(self, judge: Callable[[], Report]) -> None:
        """Tell the request's span what *judge* finds so far; the middleware calls this."""
        started = perf_counter()
        request = self._followed.current()
        self._summary.before_response_ends(judge, request)
        request.spent += perf_counter() - started

    def close(self) -> None:
        """Stop watching pools; what the sink is called with it goes on telling."""
        if self._stop is not None:
            self._stop()

    def _count(self, report: Report, _: Following, context: Context) -> None:
        self._metrics.record(report, context)
        if self._operations is not None and self._wants_semconv():
            self._operations.record(report.queries, context)

    def _describe(self, report: Report, request: Following, _: Context) -> None:
        # Still open where no response has left: a WebSocket, or an application that raised.
        if request.span.is_recording():
            self._summary.tell(report, request)

    def _emit(self, report: Report, _: Following, context: Context) -> None:
        if report.findings:
            self._events.emit(report, context)

    def _trace(self, report: Report, request: Following, context: Context) -> None:
        if self._spans is not None and is_sampled(request.span) and _wanted(self._spans_when):
            self._spans.make(report, context)

    def _wants_semconv(self) -> bool:
        return _wanted(self._semconv_when)


def _context_of(span: Span) -> Context:
    here = contexts.get_current()
    return set_span_in_context(span, here) if span.get_span_context().is_valid else here


def _wanted(when: When) -> bool:
    return not is_suppressed() and (when is True or not others_instrument())


def _when(name: str, value: object) -> When:
    if isinstance(value, bool):
        return value
    if value == "auto":
        return "auto"
    return checks.refuse(name, "must be true, false or 'auto'", value)


def _check_provider(name: str, value: object) -> None:
    method = f"get_{name.removesuffix('_provider')}"
    if value is not None and not callable(getattr(value, method, None)):
        checks.refuse(name, f"must have the method {method} or be None", value)


def _asks_for_pools(pools: object) -> bool:
    if isinstance(pools, Mapping):
        return True
    if isinstance(pools, bool):
        return pools
    return checks.refuse("pools", "must be true or false, or name engines", pools)
