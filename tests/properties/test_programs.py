"""Random programs; the oracle is whether the number of statements grows with the rows.

Every step is run on 4 and on 8 rows. What grows must be objected to, what does not must not be,
with three exceptions that the rule book makes, and that the oracle therefore knows: pages and
batches grow and are no loop; a constant number of parents of one query, from two on, is a loop
(no step here has that: single objects are always the first of their query); and two equal
statements are a duplicate, however constant their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import given, settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import querywatch
from querywatch import Finding, Report
from tests.capture.library import library
from tests.properties.programs import (
    CONSTANTS,
    LOOPS,
    PAGED,
    PAGED_LOOP,
    Program,
    numbered,
    programs,
)

SMALL, LARGE = 4, 8

Engines = dict[int, Engine]


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    """Lend a library of each size; every program rolls back what it wrote."""
    with library(SMALL) as small, library(LARGE) as large:
        yield {SMALL: small, LARGE: large}


def run(program: Program, engine: Engine, rows: int, *, shared: bool) -> Report:
    """Record *program*, in one session or each step in one of its own."""
    with ExitStack() as sessions, querywatch.record() as recording:
        session = sessions.enter_context(Session(engine))
        kept = []
        for step in range(len(program.steps)):
            if shared:
                kept.append(program(session, rows, step))
            else:
                with Session(engine) as own:
                    program(own, rows, step)
    return recording.report


def counts(program: Program, report: Report) -> Counter[int]:
    """Count the statements of each step."""
    return Counter(program.step_of(report, query.number) for query in report.queries)


def is_loop(finding: Finding) -> bool:
    """Tell a finding of the N+1 family."""
    return finding.code.startswith("QW1")


def assert_true_duplicates(report: Report) -> None:
    """Every QW201 rests on equal statements with equal values."""
    for finding in report.findings:
        if finding.code == "QW201":
            queries = [report.queries[number] for number in finding.evidence]
            assert len({(query.statement, query.values) for query in queries}) == 1


@given(program=programs())
@settings(max_examples=120, deadline=None, derandomize=True)
def test_each_step_that_grows_is_found_and_no_other(engines: Engines, program: Program) -> None:
    """With a session for each step, every step is judged for itself."""
    small = counts(program, run(program, engines[SMALL], SMALL, shared=False))
    report = run(program, engines[LARGE], LARGE, shared=False)
    large = counts(program, report)

    assert_true_duplicates(report)
    for step in range(len(program.steps)):
        accused = [
            finding
            for finding in report.findings
            if any(program.step_of(report, number) == step for number in finding.evidence)
        ]
        if large[step] > small[step] and step not in program.paged:
            assert accused, program.steps[step]
        else:
            assert not any(map(is_loop, accused)), program.steps[step]


@given(program=programs())
@settings(max_examples=120, deadline=None, derandomize=True)
def test_a_program_that_grows_is_found_and_no_other(engines: Engines, program: Program) -> None:
    """In one session, steps find what others have loaded: the program is judged as a whole."""
    small = counts(program, run(program, engines[SMALL], SMALL, shared=True))
    report = run(program, engines[LARGE], LARGE, shared=True)
    large = counts(program, report)

    grows = any(large[step] > small[step] for step in large if step not in program.paged)
    assert_true_duplicates(report)
    if grows:
        assert report.findings
    else:
        assert not any(map(is_loop, report.findings))


@pytest.mark.parametrize("text", [*LOOPS, PAGED_LOOP])
def test_every_loop_grows_and_is_found(engines: Engines, text: str) -> None:
    """The steps called loops are loops: the oracle is not empty."""
    program = numbered([text])
    small = run(program, engines[SMALL], SMALL, shared=False)
    large = run(program, engines[LARGE], LARGE, shared=False)

    assert len(large.queries) > len(small.queries)
    assert len(large.findings) == 1


@pytest.mark.parametrize("text", [*CONSTANTS, *PAGED])
def test_every_other_step_is_silent(engines: Engines, text: str) -> None:
    """The steps called constant are constant, and pages are no loop."""
    program = numbered([text])
    small = run(program, engines[SMALL], SMALL, shared=False)
    large = run(program, engines[LARGE], LARGE, shared=False)

    assert (len(large.queries) > len(small.queries)) == (text in PAGED)
    assert large.findings == ()
