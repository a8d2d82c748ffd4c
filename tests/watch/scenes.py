"""Small pieces of work to record, and what to read in their reports."""

from __future__ import annotations

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from querywatch import Report
from tests.capture.library import Author


def loop(engine: Engine) -> None:
    """Load the books of each author one by one."""
    with Session(engine) as session:
        for author in session.scalars(select(Author).order_by(Author.id)):
            assert len(author.books) == 2


def codes(report: Report) -> list[str]:
    """List the codes of the findings."""
    return [finding.code for finding in report.findings]


def ask(engine: Engine, number: int = 0) -> int:
    """Run one statement that can be recognised."""
    with engine.connect() as connection:
        connection.execute(text(f"SELECT id AS n{number} FROM authors")).all()
    return number


def asked(report: Report) -> list[str]:
    """List what was recognised, in order."""
    return sorted(query.statement.split()[3] for query in report.queries)
