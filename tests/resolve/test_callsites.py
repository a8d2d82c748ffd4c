"""The line that ran a statement, in whatever kind of function it stands."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import querywatch
from querywatch import Report
from tests.capture.library import Author, library
from tests.resolve.places import functions, is_clean, marked, only


def run(engine: Engine, number: int = 1) -> Author | None:
    """Run one statement, one call below the line that is looked for."""
    with Session(engine) as session:
        return session.get(Author, number)


def recorded(work: Callable[[Engine], object]) -> Report:
    """Record *work* on a library."""
    with library() as engine, querywatch.record() as recording:
        work(engine)
    return recording.report


def logged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap *function* the way decorators do."""

    @functools.wraps(function)
    def wrapper(*arguments: Any) -> Any:
        return function(*arguments)

    return wrapper


@logged
def decorated(engine: Engine) -> None:
    """Stand below a decorator."""
    run(engine)  # decorated


def recursive(engine: Engine, depth: int = 5) -> None:
    """Go down *depth* times, asking each time."""
    run(engine, depth)  # recursive
    if depth > 1:
        recursive(engine, depth - 1)


class Repository:
    """Holds the session for whoever asks."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def find(self, number: int) -> Author | None:
        """Find one author."""
        with Session(self.engine) as session:
            return session.get(Author, number)  # repository

    @classmethod
    def first(cls, engine: Engine) -> Author | None:
        """Find the first author."""
        return run(engine)  # classmethod

    @property
    def name(self) -> str:
        """Ask for a name."""
        author = run(self.engine)  # property
        return author.name if author else ""


def in_comprehension(engine: Engine) -> None:
    """Ask within a list comprehension."""
    [run(engine, number) for number in (1,)]  # comprehension


def in_generator(engine: Engine) -> None:
    """Ask within a generator that somebody else drains."""
    list(generated(engine))


def generated(engine: Engine) -> Iterator[object]:
    """Ask when the next one is wanted."""
    yield run(engine)  # generator


def in_nested(engine: Engine) -> None:
    """Ask within a function in a function."""

    def nested() -> None:
        run(engine)  # nested

    nested()


def in_lambda(engine: Engine) -> None:
    """Ask within a lambda."""
    ask: Callable[[], object] = lambda: run(engine)  # noqa: E731  # lambda
    ask()


def in_thread(engine: Engine) -> None:
    """Ask within a worker thread."""
    thread = threading.Thread(target=worker, args=(engine,))
    thread.start()
    thread.join()


def worker(engine: Engine) -> None:
    """Stand at the bottom of a thread."""
    run(engine)  # thread


def in_block(engine: Engine) -> None:
    """Ask while a context manager opens."""
    with managed(engine):
        pass


@contextlib.contextmanager
def managed(engine: Engine) -> Iterator[None]:
    """Ask before the block begins."""
    run(engine)  # block
    yield


def in_sorting(engine: Engine) -> None:
    """Ask within a key function."""
    sorted([1], key=lambda number: bool(run(engine, number)))  # sorting


def in_map(engine: Engine) -> None:
    """Ask within a partial that map calls."""
    list(map(functools.partial(run, engine), [1]))  # map


@pytest.mark.parametrize(
    ("work", "mark", "function"),
    [
        (decorated, "decorated", "decorated"),
        (Repository.first, "classmethod", "Repository.first"),
        (lambda engine: Repository(engine).name, "property", "Repository.name"),
        (in_comprehension, "comprehension", "in_comprehension"),
        (in_generator, "generator", "generated"),
        (in_nested, "nested", "in_nested.nested"),
        (in_lambda, "lambda", "in_lambda.<lambda>"),
        (in_thread, "thread", "worker"),
        (in_block, "block", "managed"),
        (in_sorting, "sorting", "in_sorting.<lambda>"),
        (in_map, "map", "in_map"),
    ],
)
def test_the_line_above_a_helper_is_the_callers(
    work: Callable[[Engine], object], mark: str, function: str
) -> None:
    """The helper ran it, and the frame above is the line that called the helper."""
    report = recorded(work)
    query = only(report)

    assert functions(query)[0] == "run"
    assert query.stack[1].line == marked(__file__, mark)
    assert query.stack[1].function == function
    assert query.stack[1].file == "tests/resolve/test_callsites.py"
    assert is_clean(report)


def test_the_text_of_the_line_is_shown() -> None:
    """A call site carries its source, without the indentation."""
    report = recorded(decorated)

    assert only(report).stack[1].source == "run(engine)  # decorated"


def test_a_repository_and_its_caller_are_both_on_the_stack() -> None:
    """The helper that holds the session comes first, the loop over it next."""

    def endpoint(engine: Engine) -> None:
        repository = Repository(engine)
        for number in (1, 2, 3):
            repository.find(number)  # caller

    report = recorded(endpoint)

    used, *callers = report.queries[0].stack
    assert (used.function, used.line) == ("Repository.find", marked(__file__, "repository"))
    assert callers[0].line == marked(__file__, "caller")
    (finding,) = report.findings
    assert finding.used_at == used
    assert callers[0] in finding.callers


def test_a_recursion_stands_on_the_stack_once_per_line() -> None:
    """However deep it went, the loop is one place."""
    report = recorded(recursive)

    assert len(report.queries) == 5
    assert len({query.place for query in report.queries}) == 1
    assert functions(report.queries[-1])[:3] == ["run", "recursive", "recursive"]
    assert len(report.queries[-1].stack) <= 8


def test_two_lines_are_two_places() -> None:
    """The same helper called from two lines is no loop."""

    def twice(engine: Engine) -> None:
        run(engine, 1)
        run(engine, 2)

    report = recorded(twice)

    first, second = report.queries
    assert first.statement == second.statement
    assert first.place != second.place


def test_at_most_eight_frames_are_kept() -> None:
    """A deep stack is cut at its outer end."""

    def deep(engine: Engine, depth: int) -> None:
        if depth:
            one(engine, depth)
        else:
            run(engine)

    def one(engine: Engine, depth: int) -> None:
        deep(engine, depth - 1)

    with library() as engine, querywatch.record() as recording:
        deep(engine, 20)

    assert functions(only(recording.report))[0] == "run"
    assert len(recording.report.queries[0].stack) <= 8


def test_a_module_level_line_is_named(tmp_path: Path) -> None:
    """Code outside of any function is `<module>`."""
    script = tmp_path / "script.py"
    script.write_text("\nrun(engine)\n", encoding="utf-8")

    with library() as engine, querywatch.record() as recording:
        code = compile(script.read_text("utf-8"), str(script), "exec")
        exec(code, {"run": run, "engine": engine})  # noqa: S102 - a script

    site = only(recording.report).stack[1]
    assert (site.file, site.line, site.function) == (str(script), 2, "<module>")
    assert site.source == "run(engine)"
    assert str(site) == f"{script}:2 in <module>"


def test_generated_code_is_not_the_applications() -> None:
    """Code compiled from a string has no file to edit: the line that runs it is named."""
    with library() as engine, querywatch.record() as recording:
        exec("run(engine)", {"run": run, "engine": engine})  # noqa: S102  # generated code

    site = only(recording.report).stack[1]
    assert site.line == marked(__file__, "generated code")


def test_lazy_loads_and_their_parents_are_named() -> None:
    """The used line reads the attribute, the loaded line ran the select."""
    with library() as engine, querywatch.record() as recording, Session(engine) as session:
        for author in session.scalars(select(Author)):  # loaded
            author.books  # noqa: B018  # used

    (finding,) = recording.report.findings
    assert finding.used_at is not None
    assert finding.loaded_at is not None
    assert finding.used_at.line == marked(__file__, "used")
    assert finding.loaded_at.line == marked(__file__, "loaded")
