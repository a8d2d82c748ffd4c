"""The hooks of a run. Those that run for every test return at once where nobody asked.

What is imported within a function is loaded by those alone who ask: the rest of the plugin needs
SQLAlchemy, and a run that does not use it starts without any of it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

from querywatch.pytest_plugin import options
from querywatch.pytest_plugin.asleep import (
    FACTS,
    MARKS,
    OURS,
    RUN,
    is_awake,
    is_marked,
    speaks_unicode,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from querywatch.pytest_plugin.blocks import RecorderBlock

_WATCHING: Final = "querywatch.pytest_plugin.watching"


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Tell a path behind `--querywatch` from its value."""
    options.join_values(args, early_config.known_args_namespace)


def pytest_configure(config: pytest.Config) -> None:
    """Document the marks, and wake up where the options ask for it."""
    for line in MARKS:
        config.addinivalue_line("markers", line)
    if options.given(config):
        from querywatch.pytest_plugin.loading import loading  # noqa: PLC0415

        with loading():
            from querywatch.pytest_plugin.state import state_of  # noqa: PLC0415

            if state_of(config).options.awake:
                from querywatch.pytest_plugin import session  # noqa: PLC0415

                config.pluginmanager.register(session, "querywatch-session")
                _watching()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist what the terminal can show."""
    node.workerinput["querywatch_unicode"] = speaks_unicode()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a mark that is misspelt, and begin here where fixtures count."""
    if is_marked(item):
        _watching().begin(item)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """End what was begun for a test whose body never ran: a fixture may have failed."""
    if RUN in item.stash:
        run = item.stash[RUN]
        del item.stash[RUN]
        run.abandon()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Watch the body of a test function, sync or async: its fixtures are set up by now."""
    if not (is_awake(pyfuncitem.config) or is_marked(pyfuncitem)):
        return (yield)
    with _watching().of_function(pyfuncitem):
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Watch what is no plain function: the test method of a TestCase, or an item of a plugin."""
    if type(item) is pytest.Function or not (is_awake(item.config) or is_marked(item)):
        return (yield)
    block = _watching().of_other(item)
    if block is None:
        return (yield)
    with block:
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send along what a test ran: a report is what travels from a worker to its controller."""
    report = yield
    if call.when != "call":
        return report
    if OURS in item.stash:
        del item.stash[OURS]
        _move_to_test(report, item)
    if FACTS in item.stash:
        report.querywatch = item.stash[FACTS]  # type: ignore[attr-defined]
        del item.stash[FACTS]
    return report


@pytest.fixture
def querywatch_recorder(request: pytest.FixtureRequest) -> Callable[..., RecorderBlock]:
    """Return a function that makes `with` blocks, each recorded and held to its own limits."""
    from querywatch.pytest_plugin.loading import loading  # noqa: PLC0415

    with loading():
        from querywatch.pytest_plugin.blocks import RecorderBlock  # noqa: PLC0415
        from querywatch.pytest_plugin.state import state_of  # noqa: PLC0415

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


def _watching() -> Any:
    """Return the module that watches tests, loaded when the first of them asks for it."""
    if _WATCHING not in sys.modules:
        from querywatch.pytest_plugin.loading import loading  # noqa: PLC0415

        with loading():
            from querywatch.pytest_plugin import watching  # noqa: F401, PLC0415
    return sys.modules[_WATCHING]


def _move_to_test(report: pytest.TestReport, item: pytest.Item) -> None:
    # Pytest names the line that raised, and that one is ours.
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        crash.path, crash.lineno = str(item.path), (item.location[1] or 0) + 1
