"""Reports on a terminal, for whoever is writing the application."""

from __future__ import annotations

import sys
from threading import Lock
from typing import TYPE_CHECKING, TextIO

from querywatch.model.version import version
from querywatch.render import Terminal, render_report
from querywatch.sinks._history import History
from querywatch.sinks._silence import Silence

if TYPE_CHECKING:
    from querywatch.model import Report


class ConsoleSink:
    """Print each finding in full once per route, and one line per request from then on.

    *stream* None is `sys.stderr`, looked up for every report. *verbose* prints a line also for
    requests without a query. Reports of concurrent requests never mix: each is one write.
    """

    def __init__(self, stream: TextIO | None = None, *, verbose: bool = False) -> None:
        self.stream = stream
        self.verbose = verbose
        self._history = History()
        self._lock = Lock()
        self._silence = Silence()
        self._full = False

    def __call__(self, report: Report) -> None:
        """Print *report*."""
        with self._lock:
            self._write(self._text(report))

    def announce(self, mode: str) -> None:
        """Print that querywatch is on, and how one turns it off."""
        with self._lock:
            self._write(f"querywatch {version()} on (mode {mode})   off: QUERYWATCH_ENABLED=0\n")

    def _text(self, report: Report) -> str:
        remark = self._silence.remark(report)
        if report.recording.query_count == 0 and not report.findings:
            line = render_report(report) if self.verbose else ""
            return line + (f"querywatch  {remark}\n" if remark else "")
        seen, outcome = self._history.note(report)
        return render_report(report, seen=seen, outcome=outcome) + self._forgotten()

    def _forgotten(self) -> str:
        if self._full or not self._history.forgotten:
            return ""
        self._full = True
        return (
            f"querywatch  more than {self._history.max_routes:,} routes or too many findings on"
            " one: the oldest are forgotten and will be shown in full again\n"
        )

    def _write(self, text: str) -> None:
        stream = self.stream or sys.stderr
        # A program without a console (pythonw) has no stderr at all.
        if text and stream is not None:
            stream.write(Terminal.of(stream).adapt(text))
            stream.flush()
