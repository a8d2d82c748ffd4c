"""The limiter of labels: how many values it lets in, and what becomes of the others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from hypothesis import given
from hypothesis import strategies as st

from querywatch.sinks._metrics.labels import MAX_LENGTH, OTHER, Bounded, presentable


def test_values_up_to_the_limit_are_let_in_as_they_are() -> None:
    """Nothing is refused while there is room."""
    refused: list[None] = []
    names = Bounded(2, lambda: refused.append(None))

    assert [names(value) for value in ("/a", "/b", "/a", "/b")] == ["/a", "/b", "/a", "/b"]
    assert refused == []


def test_a_value_beyond_the_limit_is_other_and_counted_each_time() -> None:
    """What was let in stays, for good; what was refused stays out."""
    refused: list[None] = []
    names = Bounded(1, lambda: refused.append(None))

    assert [names(value) for value in ("/a", "/b", "/a", "/b", "/c")] == [
        "/a",
        OTHER,
        "/a",
        OTHER,
        OTHER,
    ]
    assert len(refused) == 3
    assert len(names) == 1


def test_other_itself_takes_no_room_and_is_not_counted() -> None:
    """What another limiter refused is refused once."""
    refused: list[None] = []
    names = Bounded(1, lambda: refused.append(None))

    assert names(OTHER) == OTHER
    assert names("/a") == "/a"
    assert refused == []


def test_what_stands_beside_a_value_makes_it_another_one() -> None:
    """A client that tries every method on every route gets no further than the limit."""
    refused: list[None] = []
    names = Bounded(3, lambda: refused.append(None))

    assert [names("/a", method) for method in ("GET", "PUT", "GET")] == ["/a"] * 3
    assert [names("/b", method) for method in ("GET", "PUT", "GET")] == ["/b", OTHER, "/b"]
    assert len(refused) == 1


def test_threads_that_come_at_once_do_not_exceed_the_limit() -> None:
    """As many values get in as may, whoever was first."""
    threads, values = 8, 200
    barrier = Barrier(threads)
    refused: list[None] = []
    names = Bounded(50, lambda: refused.append(None))

    def come(thread: int) -> list[str]:
        barrier.wait()
        return [names(f"/{thread}/{number}") for number in range(values)]

    with ThreadPoolExecutor(threads) as pool:
        answers = [answer for found in pool.map(come, range(threads)) for answer in found]

    assert len(names) == len(set(answers) - {OTHER}) == 50
    assert len(refused) == answers.count(OTHER) == threads * values - 50


def test_a_long_value_is_cut_and_says_so() -> None:
    """A label is not the place for a novel."""
    assert presentable("x" * MAX_LENGTH) == "x" * MAX_LENGTH
    assert presentable("x" * 1_000_000) == "x" * (MAX_LENGTH - 1) + "…"


@given(st.text(st.characters(), max_size=300))
def test_any_value_can_be_written_as_utf_8(value: str) -> None:
    """A lone surrogate, as in a name taken from the file system, would fail the whole scrape."""
    shown = presentable(value)

    assert shown.encode("utf-8").decode("utf-8") == shown


def test_a_value_that_is_fit_is_left_alone() -> None:
    """Accents and arrows are no reason to change anything."""
    assert presentable("/größe/{ïd} →") == "/größe/{ïd} →"
    assert presentable("job \udcff") == "job \\udcff"
