"""One unit of work under way, and the report on it when it has ended."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import fsum
from time import perf_counter, time
from typing import TYPE_CHECKING, Any, Self

from querywatch import capture
from querywatch.allowances import ignored_by_comment
from querywatch.analysis import Detector, analyze
from querywatch.capture import OpenRecording
from querywatch.errors import QueryWatchError
from querywatch.model import Finding, Query, Recording, Report, Request
from querywatch.resolve import Resolver, durations_apart, writers
from querywatch.watch.allowing import allowed_here
from querywatch.watch.calls import judged_by_call
from querywatch.watch.parts import groups_of, joined, request_of
from querywatch.watch.requests import told_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType

    from querywatch.watch.core import QueryWatch


class Recorder:
    """One unit of work under way: enter it, run the work, read `report` afterwards.

    `request` may be set until the block ends.
    """

    def __init__(
        self,
        watch: QueryWatch,
        label: str,
        *,
        adopts: bool = False,
        on_demand: bool = False,
        is_outside: Callable[[str], bool] | None = None,
    ) -> None:
        self.label = label
        self.request: Request | None = None
        self._watch = watch
        self._adopts = adopts
        self._on_demand = on_demand
        self._is_outside = is_outside
        self._around: AbstractContextManager[None] | None = None
        self._open: OpenRecording | None = None
        self._report: Report | None = None
        self._peeked: tuple[tuple[Any, ...], Report] | None = None
        self._overhead = 0.0
        self._started = 0.0
        self._outside = 0
        self._ended: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        if self._open is not None:
            msg = f"the recording {self.label!r} is open or over; make another one"
            raise QueryWatchError(msg)
        try:
            capture.attach(self._watch.settings.backend)
        except Exception as bug:  # noqa: BLE001 - the block runs all the same, unwatched
            capture.failed(bug)
        self._started = time()
        self._outside = capture.statements_outside()
        if self._adopts:
            self._around = told_apart()
            self._around.__enter__()
        self._open = capture.begin(self._watch.settings.max_recorded, adopts=self._adopts)
        self._open.allowances.extend(allowed_here())
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        capture.end(self._opened())
        self._leave()
        self._ended = _so_far()
        if not self._on_demand:
            self._watch.deliver(self.report)

    @property
    def report(self) -> Report:
        """The report, complete once the block has ended; QueryWatchError before that."""
        if self._report is None:
            if self._ended is None:
                msg = f"the recording {self.label!r} has not ended: there is no report yet"
                raise QueryWatchError(msg)
            self._report = self._make_report()
            # Not cleared: the recordings around this one tell by the list what ran in it.
            self._opened().records = []
        return self._report

    def glance(self) -> tuple[int, float] | None:
        """Return how many queries an ended block ran and their seconds, if that is all there is.

        None where it may have findings: `report` tells.
        """
        opened = self._opened()
        is_unread = self._ended is not None and self._report is None
        if not is_unread or opened.dropped or not self._watch.objects_to_repeats:
            return None
        try:
            durations = durations_apart(opened.records)
        except Exception as bug:  # noqa: BLE001 - the report tells as well
            capture.failed(bug)
            return None
        return None if durations is None else (len(durations), fsum(durations))

    def writers(self) -> list[tuple[Any, ...]]:
        """Return the frames of each write that was recorded, and of what was read again after."""
        return writers(self._opened().records)

    def peek(self) -> Report:
        """Judge what was recorded so far, without ending or delivering anything."""
        return self._report or self._make_report()

    def queries_so_far(self) -> tuple[int, float]:
        """Return how many queries ran so far and how many seconds they took."""
        if self._report is not None:
            recording = self._report.recording
            return recording.query_count, recording.db_duration
        opened = self._opened()
        durations = Resolver(opened.records.copy(), opened.started).durations()
        return len(durations) + opened.dropped, fsum(durations) + opened.dropped_duration

    def abandon(self) -> None:
        """End without a report, whatever state it is in."""
        if self._open is not None:
            capture.end(self._open)
        self._leave()

    def _leave(self) -> None:
        around, self._around = self._around, None
        if around is not None:
            around.__exit__(None, None, None)

    def _opened(self) -> OpenRecording:
        if self._open is None:
            msg = f"the recording {self.label!r} has not begun"
            raise QueryWatchError(msg)
        return self._open

    def _make_report(self) -> Report:
        opened = self._opened()
        began = perf_counter()
        try:
            with capture.paused():
                report = self._judge(opened)
            self._overhead += perf_counter() - began
            # Measured when all else is done, and nobody has seen the report yet.
            object.__setattr__(report.recording, "overhead", self._overhead)
            return report  # noqa: TRY300 - it is the last thing that can fail
        except Exception as bug:  # noqa: BLE001 - a bug of ours must not break the application
            capture.failed(bug)
            note = f"querywatch failed to judge this recording: {type(bug).__name__}"
            return Report(Recording(self.label, request=self.request, notes=(note,)))

    def _judge(self, opened: OpenRecording) -> Report:
        seen = (len(opened.records), opened.dropped, self.request)
        if self._peeked is None or self._peeked[0] != seen:
            self._peeked = (seen, self._judge_anew(opened))
            return self._peeked[1]
        # Nothing ran since somebody peeked: only time has passed.
        report = self._peeked[1]
        return replace(report, recording=replace(report.recording, duration=_duration(opened)))

    def _judge_anew(self, opened: OpenRecording) -> Report:
        duration = _duration(opened)
        if not opened.records and not opened.dropped:
            empty = self._whole(opened, duration, 0)
            if not self._watch.detectors_of_nothing:
                return Report(empty)
            return self._analyzed(empty, opened, self._watch.detectors_of_nothing)
        groups = groups_of(opened)
        resolvers = [Resolver(records, opened.started) for records, _ in groups]
        setup_statements = sum([resolver.setup_statements for resolver in resolvers])
        whole = partial(self._whole, opened, duration, setup_statements)
        reports = [
            self._judge_part(whole(resolver.queries(), request_of(scope)), resolver, opened, scope)
            for resolver, (_, scope) in zip(resolvers, groups, strict=True)
        ]
        is_one = len(groups) == 1 and groups[0][1] is None
        return reports[0] if is_one else joined(whole(), reports)

    def _judge_part(
        self, part: Recording, resolver: Resolver, opened: OpenRecording, scope: Any
    ) -> Report:
        if self._is_outside is None or scope is not None:
            return self._analyzed(part, opened, self._watch.detectors)
        return judged_by_call(
            part,
            resolver.raws,
            self._is_outside,
            lambda some, detectors: self._analyzed(some, opened, detectors),
            self._watch.detectors,
        )

    def _whole(
        self,
        opened: OpenRecording,
        duration: float,
        setup_statements: int,
        queries: tuple[Query, ...] = (),
        request: Request | None = None,
    ) -> Recording:
        outside, engines = self._ended or _so_far()
        return Recording(
            label=self.request.label if self.request else self.label,
            queries=queries,
            started=self._started,
            duration=duration,
            dropped=opened.dropped,
            dropped_duration=opened.dropped_duration,
            setup_statements=setup_statements,
            outside=outside - self._outside,
            engines=engines,
            request=self.request or request,
        )

    def _analyzed(
        self, recording: Recording, opened: OpenRecording, detectors: Sequence[Detector]
    ) -> Report:
        return analyze(
            recording,
            detectors,
            lambda finding: self._is_allowed(finding, recording, opened),
            capture.failed,
        )

    def _is_allowed(self, finding: Finding, recording: Recording, opened: OpenRecording) -> bool:
        if finding.code in self._watch.settings.ignore or ignored_by_comment(finding):
            return True
        return any(
            allowance.covers(finding, recording, opened.started) for allowance in opened.allowances
        )


def _so_far() -> tuple[int, int]:
    """Count the statements that belonged to no recording, and the engines that were seen."""
    return capture.statements_outside(), capture.engines_seen()


def _duration(opened: OpenRecording) -> float:
    return (opened.ended or perf_counter()) - opened.started
