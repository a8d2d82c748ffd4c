"""A SQLAlchemy without the private names we read: less is known, and nothing fails."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, loading, selectinload
from sqlalchemy.orm.context import QueryContext

import querywatch
from querywatch import Report, capture
from querywatch.capture import orm
from querywatch.capture.statement import Statement
from tests.capture.library import Author, library


def _read_the_library() -> Report:
    with library() as engine, querywatch.record() as recording, Session(engine) as session:
        for author in session.scalars(select(Author).order_by(Author.id)):
            assert len(author.books) == 2
        session.scalars(select(Author).options(selectinload(Author.books))).all()
        session.get(Author, 3)
        session.expire_all()
        session.get(Author, 3)
        session.add(Author(name="new"))
        session.commit()
    return recording.report


def test_nothing_is_missing_today() -> None:
    """Every private name we read is there in the SQLAlchemy at hand."""
    assert orm.feature_test() == ()


@pytest.mark.parametrize(
    "name", ["_refresh_state", "_lazy_loaded_from", "_sa_top_level_orm_context", "_yield_per"]
)
def test_a_missing_option_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The feature test says which name is gone."""

    class Renamed:
        def __getattr__(self, asked: str) -> Any:
            if asked == name:
                raise AttributeError(asked)
            return None

    monkeypatch.setattr(QueryContext, "default_load_options", Renamed())

    assert orm.feature_test() == (name,)


def test_loads_that_cannot_be_told_are_selects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where reading what the ORM does fails, every read is a plain select, and no failure."""

    def renamed(*arguments: object, **options: object) -> None:
        raise AttributeError("_lazy_loaded_from")

    monkeypatch.setattr(orm, "load_of", renamed)
    failures = capture.failures()
    report = _read_the_library()

    assert {query.origin for query in report.queries} == {"select", "flush"}
    assert capture.failures() == failures


def test_an_execution_option_that_is_gone_makes_selects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the ORM's load options in the context, the loads are plain selects."""
    original = orm.load_of

    def without(context: Any, statement: Statement) -> Any:
        class Bare:
            execution_options: dict[str, Any] = {}  # noqa: RUF012

        return original(Bare(), statement)

    monkeypatch.setattr(orm, "load_of", without)
    report = _read_the_library()

    assert {query.origin for query in report.queries} == {"select", "flush"}


def test_without_run_numbers_the_parents_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relationship is still known, the query that loaded the parents is not."""
    monkeypatch.delattr(loading, "_new_runid")
    failures = capture.failures()
    # SQLAlchemy itself needs the name to load anything: it is gone for our eyes only.
    missing = orm.feature_test()
    monkeypatch.undo()
    monkeypatch.setattr(orm, "next_run", lambda: 0)
    monkeypatch.setattr(orm, "feature_test", lambda: missing)
    report = _read_the_library()

    assert missing == ("orm.loading._new_runid",)
    assert {query.parent for query in report.queries} == {None}
    assert [finding.code for finding in report.findings] == ["QW101"]
    assert report.findings[0].subject == "Author.books"
    assert report.findings[0].loaded_at is None
    assert capture.failures() == failures


def test_loader_paths_that_are_gone_lose_the_relationship_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without loader paths the report is still made, with fewer words."""
    monkeypatch.setattr(orm, "path_of", lambda compile_state: None)
    monkeypatch.setattr(orm, "loaded_columns", lambda compile_state: None)
    failures = capture.failures()
    report = _read_the_library()

    assert len(report.queries) >= 5
    assert capture.failures() == failures
