"""Statements that run while a template is rendered are used at the template's own line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.templating import Jinja2Templates

from tests.capture.library import Author, library
from tests.resolve.places import marked
from tests.resolve.serving import serve

_PAGE = """<ul>
{% for author in authors %}
  <li>{{ author.name }}</li>
  {% for book in author.books %}
    <li>{{ book.title }}</li>
  {% endfor %}
{% endfor %}
</ul>
"""


def test_a_template_line_is_the_used_line(tmp_path: Path) -> None:
    """A loop in a Jinja template is used at the template's own line."""
    template = tmp_path / "authors.html"
    template.write_text(_PAGE, encoding="utf-8")
    templates = Jinja2Templates(directory=tmp_path)
    app = FastAPI()

    with library() as engine, Session(engine) as session:

        @app.get("/authors", response_class=HTMLResponse)
        def authors(request: Request) -> Any:
            found = session.scalars(select(Author)).all()  # loaded for the page
            return templates.TemplateResponse(request, "authors.html", {"authors": found})  # page

        report = serve(app, "/authors")

    (finding,) = report.findings
    assert finding.used_at is not None
    assert finding.loaded_at is not None
    assert (finding.used_at.file, finding.used_at.line) == (str(template), 4)
    assert finding.used_at.source == "{% for book in author.books %}"
    assert finding.loaded_at.line == marked(__file__, "loaded for the page")
    assert finding.callers[0].line == marked(__file__, "page")
