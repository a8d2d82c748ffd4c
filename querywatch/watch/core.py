"""QueryWatch: detectors, sinks and options, and the recordings made with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from querywatch import capture
from querywatch.analysis import Detector
from querywatch.model import Report
from querywatch.settings import Settings
from querywatch.watch.defaults import callables, default_detectors, is_own, only_repeats
from querywatch.watch.failures import log_once
from querywatch.watch.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Sink = Callable[[Report], object]


class QueryWatch:
    """Detectors, sinks and options in one value, shared by all recordings made with it.

    *detectors* are callables from a `Recording` to findings (default: the rule book's), *sinks*
    callables of a `Report`. A sink that raises is counted and logged once; it never reaches the
    application. *settings* default to those of the environment and of pyproject.toml. Raises
    ConfigurationError for anything that is not callable.
    """

    def __init__(
        self,
        *,
        detectors: Iterable[Detector] | None = None,
        sinks: Iterable[Sink] = (),
        settings: Settings | None = None,
    ) -> None:
        self.settings = Settings.load() if settings is None else settings
        chosen = default_detectors(self.settings) if detectors is None else detectors
        self.detectors = callables("detectors", chosen)
        self.detectors_of_nothing = tuple(d for d in self.detectors if not is_own(d))
        """Those that may object to a recording without queries: the rule book's never do."""
        self.objects_to_repeats = all(map(only_repeats, self.detectors))
        """Whether no detector objects to a recording in which nothing ran twice."""
        self.sinks: tuple[Sink, ...] = callables("sinks", sinks)
        if self.settings.app_roots:
            capture.set_app_roots(self.settings.app_roots)
        capture.observe_failures(log_once)

    def record(
        self,
        label: str = "recording",
        *,
        adopts: bool = False,
        on_demand: bool = False,
        is_outside: Callable[[str], bool] | None = None,
    ) -> Recorder:
        """Return a context manager that records what its block executes, around `await` too.

        One that *adopts* owns the process while it is open, as a test does: it also takes what
        other threads and event loops run, and judges each request to a Starlette application
        on its own. A report made *on_demand* is made when it is read, and delivered to no sink:
        for whoever does without it where `Recorder.glance` tells enough. Where *is_outside* tells
        the files that call the application from its own, each call is judged on its own as well.
        """
        return Recorder(self, label, adopts=adopts, on_demand=on_demand, is_outside=is_outside)

    def deliver(self, report: Report) -> None:
        """Hand *report* to every sink."""
        for sink in self.sinks:
            try:
                with capture.paused():
                    sink(report)
            except Exception as bug:  # noqa: BLE001 - observers never hurt the observed
                capture.failed(bug)


def record(
    label: str = "recording",
    *,
    detectors: Iterable[Detector] | None = None,
    sinks: Iterable[Sink] = (),
) -> Recorder:
    """Record what a block executes, sync or async.

    The recorder it yields has the `report` once the block has ended:

        with querywatch.record("nightly import") as recording:
            ...
        recording.report.raise_for_findings()
    """
    settings = Settings.load()
    return QueryWatch(detectors=detectors, sinks=sinks, settings=settings).record(label)
