"""QW104 and QW201 on recordings made by hand."""

from __future__ import annotations

import pytest

from querywatch import Finding
from querywatch.detectors import DuplicateQuery, WriteLoop
from tests.detectors.scenes import LOOP, found, read, recording, write


def test_a_write_loop_says_everything() -> None:
    """Subject, line, the fix, its place, the prediction and the evidence."""
    assert found(WriteLoop(), recording([write() for _ in range(5)])) == [
        Finding(
            code="QW104",
            subject="INSERT INTO orders (status) VALUES (?)",
            message="INSERT orders 5×, one row at a time",
            count=5,
            duration=0.01,
            statement="INSERT INTO orders (status) VALUES (?)",
            used_at=LOOP,
            fix="write the rows together: one execute(statement, [row, ...])",
            fix_at=LOOP,
            queries_before=5,
            queries_after=1,
            evidence=(0, 1, 2, 3, 4),
        )
    ]


def test_three_writes_are_a_loop_and_two_are_not() -> None:
    """Writes are objected to from three on."""
    assert len(found(WriteLoop(), recording([write() for _ in range(3)]))) == 1
    assert found(WriteLoop(), recording([write() for _ in range(2)])) == []


def test_the_statements_of_one_flush_are_one_act() -> None:
    """However many rows a flush writes singly, it is no loop of the application."""
    flushed = [write(origin="flush", flush=7) for _ in range(9)]

    assert found(WriteLoop(), recording(flushed)) == []


def test_a_flush_per_row_is_a_loop() -> None:
    """Each row in a flush of its own."""
    flushed = [write(origin="flush", flush=number) for number in range(1, 4)]

    (finding,) = found(WriteLoop(), recording(flushed))
    assert finding.fix == "write the rows together: one flush() or commit(), after the loop"
    assert finding.likely


def test_many_rows_at_once_are_the_cure() -> None:
    """executemany, three times: not one row at a time."""
    assert found(WriteLoop(), recording([write(size=50) for _ in range(3)])) == []


def test_writes_on_different_lines_are_no_loop() -> None:
    """Three lines that write one row each."""
    assert found(WriteLoop(), recording([write(place=n) for n in range(3)])) == []


@pytest.mark.parametrize(
    ("statement", "found_"),
    [
        ("UPDATE orders SET status = ? WHERE id = ?", 1),
        ("DELETE FROM orders WHERE id = ?", 1),
        ("WITH x AS (SELECT ?) INSERT INTO orders SELECT * FROM x", 1),
        ("SELECT id FROM orders WHERE id = ?", 0),
        ("CREATE TABLE orders (id INTEGER)", 0),
    ],
)
def test_only_writes_are_a_write_loop(statement: str, found_: int) -> None:
    """Reads and schema statements are no writes."""
    scene = recording([write(statement=statement) for _ in range(3)])

    assert len(found(WriteLoop(), scene)) == found_


def test_the_thresholds_count_repeats() -> None:
    """`repeats` is the smallest number that is objected to, in both detectors."""
    writes, reads = recording([write()] * 4), recording([read(1)] * 4)

    assert len(found(WriteLoop(repeats=4), writes)) == 1
    assert found(WriteLoop(repeats=5), writes) == []
    assert len(found(DuplicateQuery(repeats=4), reads)) == 1
    assert found(DuplicateQuery(repeats=5), reads) == []


def test_a_duplicate_says_everything() -> None:
    """Subject, line, the fix, its place, the prediction and the evidence."""
    assert found(DuplicateQuery(), recording(read(1), read(1, place=9))) == [
        Finding(
            code="QW201",
            subject="SELECT orders.id FROM orders WHERE orders.id = ?",
            message="SELECT orders 2× with the same values",
            count=2,
            duration=0.004,
            statement="SELECT orders.id FROM orders WHERE orders.id = ?",
            used_at=LOOP,
            fix="run it once and keep the result",
            fix_at=LOOP,
            queries_before=2,
            queries_after=1,
            evidence=(0, 1),
        )
    ]


def test_a_loop_beside_takes_no_repeats_with_it() -> None:
    """One value of a loop is repeated on another line: the loop's own run is no evidence."""
    scene = recording([read(n) for n in range(5)], [read(1, place=9) for _ in range(4)])

    (finding,) = found(DuplicateQuery(), scene)
    assert finding.evidence == (5, 6, 7, 8)


def test_a_value_that_returns_within_a_loop_is_no_duplicate() -> None:
    """It belongs to the loop."""
    assert found(DuplicateQuery(), recording([read(n % 3) for n in range(6)])) == []


def test_other_values_are_no_duplicate() -> None:
    """One statement with two values."""
    assert found(DuplicateQuery(), recording(read(1), read(2))) == []


@pytest.mark.parametrize(
    ("statement", "summary", "duplicates"),
    [
        ("UPDATE orders SET status = ?", "UPDATE orders", 0),
        ("UPDATE stock SET amount = ?", "UPDATE stock", 1),
        ("INSERT INTO log (text) VALUES (?)", "INSERT log", 1),
        ("DELETE FROM customers WHERE customers.id = ?", "DELETE customers", 0),
        ("CALL close_the_day()", "CALL close_the_day", 0),
    ],
)
def test_only_a_write_that_can_reach_the_table_makes_the_answer_differ(
    statement: str, summary: str, duplicates: int
) -> None:
    """Another table's insert or update cannot; a delete may cascade, a procedure do anything."""
    between = write(statement=statement, summary=summary)

    findings = found(DuplicateQuery(), recording(read(1), between, read(1)))

    assert len(findings) == duplicates


def test_a_write_in_between_makes_no_duplicate() -> None:
    """After a write the answer may differ."""
    assert found(DuplicateQuery(), recording(read(1), write(), read(1))) == []


def test_another_engine_makes_no_duplicate() -> None:
    """A primary and a replica are asked the same for a reason."""
    scene = recording(read(1, engine="a"), read(1, engine="b"))

    assert found(DuplicateQuery(), scene) == []


def test_locking_again_makes_no_duplicate() -> None:
    """`FOR UPDATE` is repeated for its lock."""
    statement = "SELECT id FROM orders WHERE id = ? FOR UPDATE"

    assert found(DuplicateQuery(), recording([read(1, statement=statement)] * 3)) == []


def test_a_retry_makes_no_duplicate() -> None:
    """What failed brought no result that could have been kept."""
    scene = recording(read(1, error="sqlite3.OperationalError"), read(1))

    assert found(DuplicateQuery(), scene) == []


def test_unknown_values_make_no_duplicate() -> None:
    """Where values were not kept, nobody knows whether they are the same."""
    assert found(DuplicateQuery(), recording([read(1, values=())] * 3)) == []


def test_a_statement_without_parameters_can_be_a_duplicate() -> None:
    """Nothing could differ."""
    scene = recording([read(1, values=(), parameters=())] * 2)

    assert len(found(DuplicateQuery(), scene)) == 1
