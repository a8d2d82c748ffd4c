"""Plugins that many suites have: each does its work, and so do we."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.suite.small import project

FLAKY = """
runs = []


def test_sin():
    runs.append(1)
    sin()


def test_flaky():
    runs.append(1)
    sin() if runs.count(1) < 4 else cure()
    assert runs.count(1) > 3
"""

SLOW = """
import time


@pytest.mark.timeout(0.5)
def test_hangs():
    sin()
    time.sleep(30)


def test_sin():
    sin()
"""

MANY = "import pytest\n\n" + "\n\n".join(
    f"def test_{number}():\n    {'sin' if number == 3 else 'cure'}()\n" for number in range(6)
)


def _needs(module: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(find_spec(module) is None, reason=f"needs {module}")


@_needs("pytest_rerunfailures")
@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_rerunfailures(tmp_path: Path, workers: str) -> None:
    """Of a test that ran again its last run counts, and every run is judged."""
    made = project(tmp_path, FLAKY)
    again = ("-p", "pytest_rerunfailures", "--reruns=2", workers, "--dist=loadfile")
    run = made.run(*again, "--querywatch=fail", "--querywatch-report=found.json")

    assert run.broken == {"test_shop.py::test_sin"}
    assert [one["tests"] for one in made.found()] == [["test_shop.py::test_sin"]]


@_needs("pytest_randomly")
def test_randomly(tmp_path: Path) -> None:
    """The order of the tests changes nothing in the report."""
    made = project(tmp_path, MANY)
    found = []
    for seed in ("1", "2"):
        shuffled = ("-p", "pytest_randomly", f"--randomly-seed={seed}")
        made.run(*shuffled, "--querywatch-report=found.json")
        found.append([(one["subject"], one["tests"]) for one in made.found()])

    assert found == [[("Order.items", ["test_shop.py::test_3"])]] * 2


@_needs("pytest_timeout")
def test_timeout(tmp_path: Path) -> None:
    """A test that is stopped has failed on its own; the next one is judged as ever."""
    run = project(tmp_path, SLOW).run("-p", "pytest_timeout", "--querywatch=fail", "--tb=line")

    assert run.broken == {"test_shop.py::test_hangs", "test_shop.py::test_sin"}
    assert run.text.count("4 queries: N+1 Order.items ×3") >= 1
    assert "Timeout" in run.text


EXAMPLES = """
from hypothesis import given, settings, strategies
from sqlalchemy import text
from shop import engine


@settings(max_examples=5, database=None)
@given(strategies.integers(1, 1000))
def test_one_look_up_each(number):
    with engine.connect() as connection:
        connection.execute(text("SELECT id FROM orders WHERE id = :id"), {"id": number})


@pytest.mark.max_queries(2)
@settings(max_examples=5, database=None)
@given(strategies.booleans())
def test_cured(_):
    cure()


@settings(max_examples=5, database=None)
@given(strategies.booleans())
def test_sin(_):
    sin()
"""


@_needs("hypothesis")
def test_hypothesis(tmp_path: Path) -> None:
    """Five examples are five tests, and no loop of five."""
    made = project(tmp_path, EXAMPLES)
    run = made.run("-p", "_hypothesis_pytestplugin", "--querywatch=fail", "-Wignore")

    assert run.broken == {"test_shop.py::test_sin"}
    assert "4 queries: N+1 Order.items ×3 shop.py:32" in run.text


@pytest.mark.parametrize("state", ["enable", "disable"])
def test_the_garbage_collector_is_left_as_it_was(tmp_path: Path, state: str) -> None:
    """A suite may run without one; ours is only held while the plugin loads."""
    test = f"import gc\n\n\ndef test_it():\n    assert gc.isenabled() is {state == 'enable'}\n"
    made = project(tmp_path, test)
    (tmp_path / "collecting.py").write_text(f"import gc\n\ngc.{state}()\n")

    assert made.run("-p", "collecting", "--querywatch=report").outcome == "1 passed"


LOADED = """
import sys


def loader_of(name):
    return type(sys.modules[name].__spec__.loader).__name__


def test_ours():
    assert loader_of("querywatch.pytest_plugin.watching") == "SourceFileLoader"
    assert loader_of("querywatch.watch.core") == "SourceFileLoader"


def test_theirs():
    assert loader_of("test_shop") == "AssertionRewritingHook"
    assert loader_of("helping") == "AssertionRewritingHook"
"""


def test_pytest_rewrites_none_of_our_modules(tmp_path: Path) -> None:
    """It would read each source once more; those of others, it is left to."""
    made = project(tmp_path, LOADED)
    (tmp_path / "conftest.py").write_text("pytest_plugins = ['helping']\n")
    (tmp_path / "helping.py").write_text("def test_nothing():\n    pass\n")

    assert made.run("--querywatch=report").outcome == "2 passed"


MARKED = """
import sys


@pytest.mark.max_queries(4)
def test_sin():
    before = list(sys.meta_path)
    sin()
    loader = sys.modules["querywatch.watch.core"].__spec__.loader
    assert type(loader).__name__ == "SourceFileLoader"
    assert not [one for one in before if one.__module__.startswith("querywatch")]
"""


def test_a_mark_loads_them_the_same_way(tmp_path: Path) -> None:
    """They are loaded when the first test asks, and the way modules are found is as it was."""
    assert project(tmp_path, MARKED).run("-p", "no:randomly").outcome == "1 passed"


SERVED = """
import atexit

from starlette.applications import Starlette

BEFORE = Starlette.__call__
atexit.register(lambda: print("as it was:", Starlette.__call__ is BEFORE))
seen = []


@pytest.mark.parametrize("n", range(2))
def test_it(n):
    seen.append(Starlette.__call__)
    assert BEFORE not in seen
    assert len(set(seen)) == 1
"""


def test_starlette_is_changed_once_for_a_whole_run(tmp_path: Path) -> None:
    """Requests are told apart in every test, and at the end the class is as it was."""
    made = project(tmp_path, SERVED)
    run = made.run("--querywatch=report")

    assert run.text.splitlines()[-1] == "as it was: True"
    assert "2 passed" in run.text
