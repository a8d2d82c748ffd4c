"""Statements that run while a response is made: templates and response models."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.capture.library import Author, library
from tests.resolve.places import functions, is_clean, marked
from tests.resolve.serving import serve


class BookOut(BaseModel):
    """A book as it is sent."""

    model_config = ConfigDict(from_attributes=True)
    title: str


class AuthorOut(BaseModel):
    """An author as it is sent, with books."""

    model_config = ConfigDict(from_attributes=True)
    name: str
    books: list[BookOut]


class Summary(BaseModel):
    """An author whose summary the application computes."""

    model_config = ConfigDict(from_attributes=True)
    name: str


def test_a_response_model_has_no_line_but_a_field() -> None:
    """Serialization runs no line of the application: route, endpoint and field are named."""
    app = FastAPI()

    with library() as engine, Session(engine) as session:

        @app.get("/authors", response_model=list[AuthorOut])
        def authors() -> Any:
            return session.scalars(select(Author)).all()  # loaded for the model

        report = serve(app, "/authors")

    (finding,) = report.findings
    assert finding.used_at is None
    assert finding.place == "response of GET /authors (endpoint authors), field books"
    assert finding.loaded_at is not None
    assert finding.loaded_at.line == marked(__file__, "loaded for the model")


def test_a_model_made_in_the_endpoint_has_its_line() -> None:
    """`model_validate` called by the application is used where it is called."""
    app = FastAPI()

    with library() as engine, Session(engine) as session:

        @app.get("/authors")
        def authors() -> Any:
            found = session.scalars(select(Author)).all()
            return [AuthorOut.model_validate(author) for author in found]  # validated

        report = serve(app, "/authors")

    (finding,) = report.findings
    assert finding.used_at is not None
    assert finding.used_at.line == marked(__file__, "validated")
    assert finding.used_at.function.endswith("authors")


def test_a_response_without_loads_is_silent() -> None:
    """A model that reads loaded columns only runs nothing."""
    app = FastAPI()

    with library() as engine, Session(engine) as session:

        @app.get("/authors", response_model=list[Summary])
        def authors() -> Any:
            return session.scalars(select(Author)).all()

        report = serve(app, "/authors")

    assert report.findings == ()
    assert len(report.queries) == 1


@pytest.mark.parametrize("is_async", [True, False])
def test_a_request_ends_at_the_endpoint(is_async: bool) -> None:  # noqa: FBT001
    """The test that made the request is not on the stack, nor is the framework."""
    app = FastAPI()

    with library() as engine, Session(engine) as session:

        def plain() -> dict[str, int]:
            return {"id": session.get(Author, 1).id}  # type: ignore[union-attr]

        async def coroutine() -> dict[str, int]:
            return plain()

        app.get("/author")(coroutine if is_async else plain)
        report = serve(app, "/author")

    (query,) = report.queries
    names = [name.rpartition(".")[2] for name in functions(query)]
    assert names == (["plain", "coroutine"] if is_async else ["plain"])
    assert is_clean(report)
