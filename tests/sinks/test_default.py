"""Which sink somebody has who named none."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from querywatch.model import Finding, Query, Recording, Report
from querywatch.sinks import default_sinks

REPORT = Report(
    Recording("job", (Query(0, "SELECT 1"),)), (Finding("QW201", "SELECT 1", "SELECT 1 run 2×"),)
)


@contextmanager
def unconfigured() -> Iterator[None]:
    """Take away the handlers that pytest has put in place for the test's body."""
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, []
    try:
        yield
    finally:
        root.handlers = handlers


class Kept(logging.Handler):
    """A handler that keeps messages."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.messages.append(record.getMessage())


@pytest.fixture
def attached() -> Iterator[Kept]:
    """Attach a handler to the logger `querywatch`."""
    handler = Kept()
    logging.getLogger("querywatch").addHandler(handler)
    yield handler
    logging.getLogger("querywatch").removeHandler(handler)


def test_without_configured_logging_reports_go_to_stderr(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Under plain uvicorn a log record would lose its level and name, or itself."""
    (sink,) = default_sinks()

    with unconfigured():
        sink(REPORT)

    assert capsys.readouterr().err.startswith(
        "querywatch  job  0.0 ms  1 query 0.0 ms  1 finding\n"
    )


def test_with_configured_logging_findings_are_logged(
    capsys: pytest.CaptureFixture[str], attached: Kept
) -> None:
    """Where logging is set up, that is where everything goes."""
    (sink,) = default_sinks()

    sink(REPORT)

    assert attached.messages == ["QW201 duplicate query: SELECT 1 run 2×  [0.0 ms]"]
    assert capsys.readouterr().err == ""


def test_logging_configured_later_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    """The choice is made for each report."""
    (sink,) = default_sinks()
    handler = Kept()

    with unconfigured():
        sink(REPORT)
        logging.getLogger().addHandler(handler)
        sink(REPORT)

    assert len(handler.messages) == 1
    assert capsys.readouterr().err.count("querywatch  job") == 1


def test_a_null_handler_is_no_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    """Libraries attach one to be silent; it shows nothing to anybody."""
    (sink,) = default_sinks()

    with unconfigured():
        logging.getLogger().addHandler(logging.NullHandler())
        sink(REPORT)

    assert capsys.readouterr().err != ""


def test_handlers_a_logger_does_not_propagate_to_do_not_count(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What never reaches a handler would be lost."""
    (sink,) = default_sinks()
    monkeypatch.setattr(logging.getLogger("querywatch"), "propagate", False)

    sink(REPORT)

    assert capsys.readouterr().err != ""


def test_the_start_line_follows_the_same_choice(
    capsys: pytest.CaptureFixture[str], attached: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    """Configured logging gets it as INFO, and nothing is printed."""
    (sink,) = default_sinks()
    caplog.set_level(logging.INFO, "querywatch")

    sink.announce("warn")

    assert attached.messages[0].endswith(" on (mode warn)")
    assert capsys.readouterr().err == ""
