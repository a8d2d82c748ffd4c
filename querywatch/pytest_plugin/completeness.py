"""Whether a run was complete: only then does what was not seen count as gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from querywatch.model import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from querywatch.pytest_plugin.state import State

_SELECTING: Final = {
    "keyword": "-k",
    "markexpr": "-m",
    "lf": "--lf",
    "stepwise": "--stepwise",
    "deselect": "--deselect",
    "ignore": "--ignore",
    "ignore_glob": "--ignore-glob",
}


# A test that failed by its queries ran to its end all the same.
_ENDED: Final = (0, 1)


def shortcomings(state: State, config: pytest.Config, exitstatus: int) -> Iterator[str]:
    """Say in a few words each why this run was not complete; nothing when it was."""
    if state.lost_workers:
        yield "a worker crashed"
    if state.stopped or exitstatus not in _ENDED:
        yield "the run was broken off"
    if state.broken:
        yield f"{plural(len(state.broken), 'test', 'tests')} failed"
    for option, name in _SELECTING.items():
        if config.getoption(option, default=None):
            yield f"{name} was given"
    if state.deselected:
        yield f"{plural(state.deselected, 'test was', 'tests were')} deselected"
    if state.skipped:
        yield f"{plural(len(state.skipped), 'test was', 'tests were')} skipped"
    if not _covers_everything(config):
        yield "not all tests were asked for"


def _covers_everything(config: pytest.Config) -> bool:
    names = config.getini("testpaths")
    wanted = [path for name in names for path in config.rootpath.glob(name)] or [config.rootpath]
    given = [Path(config.invocation_params.dir, argument).resolve() for argument in config.args]
    return all(any(path.is_relative_to(one) for one in given) for path in wanted)
