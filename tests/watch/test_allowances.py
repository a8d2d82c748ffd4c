"""What somebody decided to live with is counted, shown, and not objected to."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import querywatch
from querywatch import ConfigurationError, QueryWatch
from querywatch.settings import Settings
from tests.capture.library import Author, library
from tests.watch.scenes import codes, loop


@pytest.mark.parametrize(
    "subject", ["Author.books", "QW101", "n_plus_one", "Author.books lazy-loaded"]
)
def test_what_is_allowed_is_counted_and_not_objected_to(subject: str) -> None:
    """`allow()` takes a subject, a code, a kind or how the message begins."""
    with (
        library() as engine,
        querywatch.record() as recording,
        querywatch.allow(subject, reason="three authors at most"),
    ):
        loop(engine)

    assert recording.report.findings == ()
    assert [finding.code for finding in recording.report.allowed] == ["QW101"]


@pytest.mark.parametrize("subject", ["Author.name", "QW103", "books", "Author"])
def test_what_else_is_allowed_changes_nothing(subject: str) -> None:
    """Another subject, or half a name, allows nothing."""
    with library() as engine, querywatch.record() as recording, querywatch.allow(subject):
        loop(engine)

    assert codes(recording.report) == ["QW101"]


def test_an_allowance_holds_for_its_block_only() -> None:
    """What runs outside of the block is objected to, the same loop though it is."""
    with library() as engine, querywatch.record() as recording:
        with querywatch.allow("Author.books"):
            pass
        loop(engine)

    assert codes(recording.report) == ["QW101"]


def test_an_allowance_around_a_recording_holds_inside_it() -> None:
    """It makes no difference which of the two blocks is the outer one."""
    with library() as engine, querywatch.allow("Author.books"), querywatch.record() as recording:
        loop(engine)

    assert codes(recording.report) == []


@pytest.mark.parametrize("subject", ["QW999", "", "  ", None, 3])
def test_an_allowance_that_can_allow_nothing_is_refused(subject: Any) -> None:
    """An unknown code or no name at all is named in the error."""
    with pytest.raises(ConfigurationError) as refused, querywatch.allow(subject):
        pass

    assert "allow" in str(refused.value)
    assert repr(subject) in str(refused.value)


def test_a_comment_on_the_used_line_allows() -> None:
    """`# querywatch: ignore[QW101]` on the line that runs the repeats."""
    with library() as engine, querywatch.record() as recording, Session(engine) as session:
        for author in session.scalars(select(Author)):
            len(author.books)  # querywatch: ignore[QW101] there are three

    assert codes(recording.report) == []
    assert len(recording.report.allowed) == 1


def test_a_comment_on_the_loaded_line_allows() -> None:
    """`# querywatch: ignore` on the line that loaded the parents, for every code."""
    with library() as engine, querywatch.record() as recording, Session(engine) as session:
        authors = session.scalars(select(Author)).all()  # querywatch: ignore
        for author in authors:
            len(author.books)

    assert codes(recording.report) == []


def test_a_comment_for_another_code_allows_nothing() -> None:
    """Only the codes in brackets are meant."""
    with library() as engine, querywatch.record() as recording, Session(engine) as session:
        for author in session.scalars(select(Author)):
            len(author.books)  # querywatch: ignore[QW103, QW201]

    assert codes(recording.report) == ["QW101"]


def test_a_code_in_the_settings_is_ignored_everywhere() -> None:
    """`ignore` of the settings is for the whole application."""
    watch = QueryWatch(settings=Settings.load(ignore=["QW101"]))

    with library() as engine, watch.record() as recording:
        loop(engine)

    assert codes(recording.report) == []
