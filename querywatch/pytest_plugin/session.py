"""The hooks of a run that watches every test: gather the results, then write and say them."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from querywatch import capture
from querywatch.pytest_plugin import ignores, ratchet, reports, summary
from querywatch.pytest_plugin.state import State, state_of
from querywatch.watch import told_apart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


def pytest_report_header(config: pytest.Config) -> str:
    """Say that the run is watched, and against which baseline."""
    state = state_of(config)
    return f"querywatch: {state.options.mode}{ratchet.described(state)}"


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Count what does not run: such a run proves nothing about what is gone."""
    for item in items[:1]:
        state_of(item.config).deselected += len(items)


class Gathering:
    """Takes in what tests send, in the one process that writes: the controller of the workers."""

    def __init__(self, state: State) -> None:
        self.state = state

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what the test sent; of a test that ran again the last run counts."""
        facts = getattr(report, "querywatch", None)
        if facts is not None:
            self.state.results[report.nodeid] = facts
        # A test that was expected to fail has run.
        if report.skipped and not hasattr(report, "wasxfail"):
            self.state.skipped.add(report.nodeid)
        if report.failed and not (facts and facts["ended_well"]):
            self.state.broken.add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what could not be collected."""
        if report.failed:
            self.state.broken.add(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take in what a worker of xdist has to say at its end; a crashed one says nothing."""
        if error:
            self.state.lost_workers += 1
        sent = getattr(node, "workeroutput", {}).get("querywatch")
        if sent:
            self.state.deselected = max(self.state.deselected, sent["deselected"])
            self.state.ignores.update((file, line) for file, line in sent["ignores"])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was found."""
        summary.show(self.state, terminalreporter)
        if (github := _github()) is not None:
            github.annotate(self.state, terminalreporter)


def pytest_configure(config: pytest.Config) -> None:
    """Gather in the process that no worker reports to."""
    state = state_of(config)
    # Before anything connects: an engine that nobody saw looks like none.
    capture.attach(state.watch.settings.backend)
    # Each test asks for it. Done once around them all it costs nothing, and otherwise each time
    # as much as a query: a class that gets another method makes Python forget what it knew of it.
    around = ExitStack()
    around.enter_context(told_apart())
    config.add_cleanup(around.close)
    if not state.is_worker:
        config.pluginmanager.register(Gathering(state), "querywatch-gathering")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Send what this process knows to the controller, or settle everything as the controller."""
    state = state_of(session.config)
    if session.config.option.collectonly:
        return
    # `-x` ends a run with the exit status of one that ran to its end.
    state.stopped = bool(session.shouldfail or session.shouldstop)
    state.ignores |= ignores.loaded(session.config.rootpath)
    if state.is_worker:
        session.config.workeroutput["querywatch"] = {  # type: ignore[attr-defined]
            "deselected": state.deselected,
            "ignores": sorted([file, line] for file, line in state.ignores),
        }
        return
    ratchet.settle(state, session.config, int(exitstatus))
    reports.write_all(state)
    if (github := _github()) is not None:
        github.summarise(state)
    if state.troubles and not exitstatus:
        # Whoever asked for a file that is not there must not see a success.
        session.exitstatus = pytest.ExitCode.USAGE_ERROR


def _github() -> ModuleType | None:
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return None
    from querywatch.pytest_plugin import github  # noqa: PLC0415 - only there

    return github
