"""Where reports go: callables of a Report, none of which knows another."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from querywatch.sinks.console import ConsoleSink
from querywatch.sinks.log import LogSink

if TYPE_CHECKING:
    from querywatch.model import Report

__all__ = ["ConsoleSink", "DefaultSink", "LogSink", "default_sinks"]


class DefaultSink:
    """Log records where logging is configured, lines on stderr where it is not.

    Which of them is asked anew for every report: an application may configure its logging after
    the first.
    """

    def __init__(self) -> None:
        self.console = ConsoleSink()
        self.log = LogSink()

    def __call__(self, report: Report) -> None:
        """Show *report*."""
        (self.log if _logging_is_configured() else self.console)(report)

    def announce(self, mode: str) -> None:
        """Say once that querywatch is on."""
        (self.log if _logging_is_configured() else self.console).announce(mode)


def default_sinks() -> tuple[DefaultSink, ...]:
    """Return the sinks of whoever named none."""
    return (DefaultSink(),)


def _logging_is_configured() -> bool:
    # Without a handler, logging prints warnings bare: no level, no name, and no INFO at all.
    logger: logging.Logger | None = logging.getLogger("querywatch")
    while logger is not None:
        if any(not isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            return True
        logger = logger.parent if logger.propagate else None
    return False
