"""The questions that the documentation asks Prometheus have an answer."""

from __future__ import annotations

from math import isnan

import pytest

from tests.docs.pages import blocks, page
from tests.metrics.e2e.conftest import Loaded

pytestmark = pytest.mark.prometheus

QUESTIONS = [
    question for name in ("metrics.md", "staging.md") for question in blocks(page(name), "promql")
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_of_the_pages_is_answered(loaded: Loaded, question: str) -> None:
    """With numbers that are some."""
    answers = loaded.scraped.query(question)

    assert answers
    assert not all(map(isnan, answers.values()))
