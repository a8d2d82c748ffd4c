"""Statements no one here wrote: see docs/fingerprints.md for where they come from."""

from __future__ import annotations

import pytest

from querywatch.fingerprint import fingerprint
from tests.fingerprint import public

pytestmark = pytest.mark.parametrize(("source", "dialect"), public.GROUPS)


def test_values_are_gone_and_all_else_is_there_in_order(source: str, dialect: str) -> None:
    """Of repeated list items one is left, so each word is looked for where it comes first."""
    cases = public.cases(source, dialect)
    expected = [public.meaning(" ".join(case[::2])) for case in cases]

    found = [public.meaning(fingerprint("".join(case), dialect)) for case in cases]

    assert found == expected


def test_other_values_make_no_other_fingerprint(source: str, dialect: str) -> None:
    """Whatever a literal is, it is one value."""
    cases = public.cases(source, dialect)

    found = [fingerprint(public.with_other_values(case), dialect) for case in cases]

    assert found == [fingerprint("".join(case), dialect) for case in cases]


def test_comments_make_no_other_fingerprint(source: str, dialect: str) -> None:
    """A comment is a blank."""
    cases = public.cases(source, dialect)

    found = [fingerprint(public.without_comments(case), dialect) for case in cases]

    assert found == [fingerprint("".join(case), dialect) for case in cases]


def test_the_case_of_keywords_makes_no_other_fingerprint(source: str, dialect: str) -> None:
    """A word that a database reserves is a keyword wherever it stands."""
    cases = public.cases(source, dialect)

    found = [fingerprint(public.with_other_case(case, dialect), dialect) for case in cases]

    assert found == [fingerprint("".join(case), dialect) for case in cases]


def test_another_name_makes_another_fingerprint(source: str, dialect: str) -> None:
    """One renamed table, column or function is another statement."""
    cases = public.cases(source, dialect)

    same = [
        case
        for case in cases
        if fingerprint(public.with_another_name(case), dialect)
        == fingerprint("".join(case), dialect)
    ]

    assert not same


def test_a_public_fingerprint_is_its_own_fingerprint(source: str, dialect: str) -> None:
    """What is written reads the same again."""
    found = [fingerprint("".join(case), dialect) for case in public.cases(source, dialect)]

    assert [fingerprint(text, dialect) for text in found] == found
