"""Each of our own functions broken in turn: the application answers as it always did."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import BackgroundTasks, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, selectinload

import querywatch
from querywatch import QueryWatch, QueryWatchMiddleware, Report, capture
from querywatch.resolve import sites
from querywatch.settings import Settings
from tests.capture.library import Author, Book, library

HOT = [
    "capture.hooks:orphan_owner",
    "capture.record:running_flush",
    "capture.record:statement_of",
    "capture.record:application_frames",
    "capture.record:_load",
    "capture.record:_values",
    "capture.record:_batch",
    "capture.record:get_ident",
    "capture.flush:_numbers",
    "capture.flush:number_of",
    "capture.statement:_compiled_statement",
    "capture.statement:_driver_statement",
    "capture.statement:_looks_like_write",
    "capture.orm:load_of",
    "capture.orm:path_of",
    "capture.orm:loaded_columns",
    "capture.orm:next_run",
    "capture.orm:is_bulk",
    "capture.orm:is_flushing",
    "capture.orm:is_initialising",
    "capture.state:OpenRecording.add",
    "capture.frames:_origins",
]
COLD = [
    "resolve.recordings:Resolver._take",
    "resolve.recordings:Resolver.queries",
    "resolve.templates:Templates.make",
    "resolve.recordings:is_setup",
    "resolve.templates:resolved",
    "resolve.templates:stack_of",
    "resolve.recordings:values_of",
    "resolve.statements:_text",
    "resolve.sites:line_of",
    "resolve.sites:display_path",
    "resolve.parents:Runs.query_of",
    "detectors.n_plus_one:lazy_groups",
    "detectors.duplicate_query:is_read",
    "watch.recorder:analyze",
    "watch.recorder:ignored_by_comment",
    "watch.recorder:Resolver",
]


class BrokenError(Exception):
    """Raised by whatever a test has broken."""


class Broken:
    """Stands in for a function, or for a value: any use of it raises."""

    calls = 0

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Raise."""
        Broken.calls += 1
        raise BrokenError

    def __getitem__(self, key: Any) -> Any:
        """Raise."""
        return self()

    def __next__(self) -> Any:
        """Raise."""
        return self()


@pytest.fixture(autouse=True)
def _none_yet() -> None:
    Broken.calls = 0


def break_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Break the function called *name*, `module:function` below querywatch."""
    module, _, path = name.partition(":")
    owner: Any = importlib.import_module(f"querywatch.{module}")
    *outer, last = path.split(".")
    for one in outer:
        owner = getattr(owner, one)
    monkeypatch.setattr(owner, last, Broken())
    # What is resolved once is remembered: here it has to be resolved again.
    monkeypatch.setattr(sites, "_sites", {})


def work(engine: Engine) -> list[Any]:
    """Do a little of everything, and return what came of it."""
    seen: list[Any] = []
    with Session(engine) as session:
        for author in session.scalars(select(Author).order_by(Author.id)):
            seen += [author.name, *(book.title for book in author.books)]
        session.scalars(select(Author).options(selectinload(Author.books))).all()
        session.add_all(Book(title=f"new {n}", author_id=1) for n in range(3))
        session.flush()
        with querywatch.record("inside"):
            session.execute(insert(Author), [{"name": "x"}, {"name": "y"}])
        session.execute(insert(Author).values(name="z"))
        session.execute(select(Book.id).where(Book.id.in_([1, 2]))).all()
        seen += session.execute(text("SELECT count(*) FROM books")).scalars()
        seen += session.connection().exec_driver_sql("SELECT id FROM authors").scalars()
        try:
            with session.begin_nested():
                session.execute(text("SELECT no FROM such_table"))
        except DBAPIError as error:
            seen.append(str(error))
    thread = threading.Thread(target=lambda: seen.append(_count(engine)))
    thread.start()
    thread.join()
    return seen


def _count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM authors")).scalar_one())


def make_app(engine: Engine, sinks: list[Callable[[Report], object]]) -> FastAPI:
    """Make an app that does all of it in an endpoint and once more in the background."""
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=QueryWatch(sinks=sinks), server_timing=False)

    @app.get("/work")
    def endpoint(tasks: BackgroundTasks) -> list[Any]:
        tasks.add_task(work, engine)
        return work(engine)

    return app


def answer(app: FastAPI) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return all a client sees of a response."""
    with TestClient(app) as client:
        response = client.get("/work")
    return response.status_code, response.headers.multi_items(), response.content


@pytest.fixture(scope="module")
def expected() -> Iterator[tuple[int, list[tuple[str, str]], bytes]]:
    """Answer without anything of ours in the way."""
    app = FastAPI()
    with library() as engine:

        @app.get("/work")
        def endpoint(tasks: BackgroundTasks) -> list[Any]:
            tasks.add_task(work, engine)
            return work(engine)

        yield answer(app)


@pytest.mark.parametrize("name", [*HOT, *COLD])
def test_a_broken_callback_changes_no_response(
    monkeypatch: pytest.MonkeyPatch, expected: object, name: str
) -> None:
    """Status, headers and body are what they were, and every failure is counted."""
    capture.attach("dialect")
    reports: list[Report] = []

    with library() as engine:
        app = make_app(engine, [reports.append])
        failures = capture.failures()
        break_it(monkeypatch, name)
        found = answer(app)

    assert found == expected
    assert Broken.calls > 0
    assert capture.failures() > failures
    assert len(reports) == 1


@pytest.mark.parametrize(
    "name",
    [
        "capture.cursor_events:perf_counter",
        "capture.hooks:orphan_owner",
        "capture.record:running_flush",
        "capture.record:statement_of",
    ],
)
def test_a_broken_fallback_changes_no_result(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The listeners of the fallback are guarded like the hooks."""
    watch = QueryWatch(settings=Settings.load(backend="cursor"))
    with library() as engine:
        expected = work(engine)

    with library() as engine, watch.record() as recording:
        failures = capture.failures()
        break_it(monkeypatch, name)
        found = work(engine)

    assert found == expected
    assert Broken.calls > 0
    assert capture.failures() > failures
    assert recording.report.recording.label == "recording"
