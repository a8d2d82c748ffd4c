"""Requests without any SQL: a silent zero may mean that nobody is watching."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from querywatch.model import Report

SILENT_REQUESTS: Final = 20
"""Requests without any SQL after which that is said aloud."""


class Silence:
    """Counts requests until the first SQL, and says once that there was none."""

    def __init__(self) -> None:
        self._requests: int | None = 0
        self._lock = Lock()

    def remark(self, report: Report) -> str:
        """Take *report* in and return a sentence when it is time for one, otherwise ""."""
        # One statement anywhere, and nobody needs to be told again that none was seen.
        if self._requests is None or not self._is_time(report):
            return ""
        return (
            f"no SQL seen in {SILENT_REQUESTS} requests."
            f" Engines seen: {report.recording.engines or 0}."
            " Raw drivers (asyncpg, psycopg) are not watched."
        )

    def _is_time(self, report: Report) -> bool:
        with self._lock:
            if self._requests is None or report.recording.query_count:
                self._requests = None
                return False
            self._requests += report.recording.request is not None
            if self._requests < SILENT_REQUESTS:
                return False
            self._requests = None
            return True
