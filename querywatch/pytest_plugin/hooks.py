"""The hooks of a run. Those that run for every test return at once where nobody asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from querywatch.pytest_plugin import marks, options
from querywatch.pytest_plugin.state import FACTS, OURS, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from querywatch.pytest_plugin.blocks import RecorderBlock
    from querywatch.pytest_plugin.running import Run

RUN: Final = pytest.StashKey["Run"]()
"""A recording that the set-up phase began."""


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Tell a path behind `--querywatch` from its value."""
    options.join_values(args, early_config.known_args_namespace)


def pytest_configure(config: pytest.Config) -> None:
    """Document the marks, check the options, and wake up where they ask for it."""
    for line in marks.LINES:
        config.addinivalue_line("markers", line)
    state = state_of(config)
    if state.options.awake:
        from querywatch import capture  # noqa: PLC0415 - it loads SQLAlchemy
        from querywatch.pytest_plugin import session  # noqa: PLC0415 - as does this

        # Before anything connects: an engine that nobody saw looks like none.
        capture.attach(state.watch.settings.backend)
        config.pluginmanager.register(session, "querywatch-session")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist what the terminal can show."""
    node.workerinput["querywatch_unicode"] = state_of(node.config).unicode


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a mark that is misspelt, and begin here where fixtures count."""
    if marks.marked(item) and marks.demands_of(item).count_all:
        run = item.stash[RUN] = _run_of(item)
        run.__enter__()


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """End what was begun for a test whose body never ran: a fixture may have failed."""
    if RUN in item.stash:
        run = item.stash[RUN]
        del item.stash[RUN]
        run.abandon()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Watch the body of a test function, sync or async: its fixtures are set up by now."""
    if _is_asleep(pyfuncitem):
        return (yield)
    from querywatch.pytest_plugin import examples  # noqa: PLC0415 - only where it is needed

    if RUN not in pyfuncitem.stash and examples.has_examples(pyfuncitem):
        with examples.watched_one_by_one(pyfuncitem, lambda: _run_of(pyfuncitem)):
            return (yield)
    with _run_here(pyfuncitem):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Watch what is no plain function: the test method of a TestCase, or an item of a plugin."""
    if _is_asleep(item):
        return (yield)
    from querywatch.pytest_plugin import unittests  # noqa: PLC0415 - only where it is needed

    is_case = unittests.is_case(item)
    if isinstance(item, pytest.Function) and not is_case:
        return (yield)
    run = _run_here(item)
    with unittests.guarded(item, run) if is_case else run:
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send along what a test ran: a report is what travels from a worker to its controller."""
    report = yield
    if OURS in item.stash:
        del item.stash[OURS]
        _move_to_test(report, item)
    if call.when == "call" and item.stash.get(FACTS, None) is not None:
        report.querywatch = item.stash[FACTS]  # type: ignore[attr-defined]
        del item.stash[FACTS]
    return report


@pytest.fixture
def querywatch_recorder(request: pytest.FixtureRequest) -> Callable[..., RecorderBlock]:
    """Return a function that makes `with` blocks, each recorded and held to its own limits."""
    from querywatch.pytest_plugin.blocks import RecorderBlock  # noqa: PLC0415 - SQLAlchemy

    state = state_of(request.config)

    def block(
        *,
        max_queries: int | None = None,
        max_db_seconds: float | None = None,
        allow: Iterable[str] = (),
        detect: Any = False,
    ) -> RecorderBlock:
        return RecorderBlock(
            state,
            request.node.nodeid,
            max_queries=max_queries,
            max_db_seconds=max_db_seconds,
            allow=allow,
            detect=detect,
        )

    return block


def _move_to_test(report: pytest.TestReport, item: pytest.Item) -> None:
    # Pytest names the line that raised, and that one is ours.
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        crash.path, crash.lineno = str(item.path), (item.location[1] or 0) + 1


def _is_asleep(item: pytest.Item) -> bool:
    return not (state_of(item.config).options.awake or marks.marked(item))


def _run_here(item: pytest.Item) -> Run:
    if RUN not in item.stash:
        return _run_of(item)
    run = item.stash[RUN]
    del item.stash[RUN]
    return run


def _run_of(item: pytest.Item) -> Run:
    from querywatch.pytest_plugin.running import Run, TestJudge  # noqa: PLC0415 - SQLAlchemy

    state = state_of(item.config)
    return Run(state.watch, item.nodeid, TestJudge(item, state, marks.demands_of(item)))
