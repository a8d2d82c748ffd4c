"""Assertions as blocks: what a `with` around sync or async code may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from querywatch.errors import QueryWatchError
from querywatch.limits import Counted, Limits
from querywatch.limits.limits import LOOPS
from querywatch.limits.verdict import judged
from querywatch.testing.watching import watch_here

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from querywatch.watch import Recorder


class Block:
    """A `with` block that is recorded and held to *limits* when it ends without an exception.

    It yields the recorder, whose `report` is complete afterwards. Raises AssertionError.
    """

    def __init__(self, limits: Limits, label: str, accept: str) -> None:
        self.limits = limits
        self.label = label
        self._accept = accept
        self._recorder: Recorder | None = None

    def __enter__(self) -> Recorder:
        if self._recorder is not None:
            msg = f"{self.label} was used already; make another one"
            raise QueryWatchError(msg)
        self._recorder = watch_here().record(self.label, adopts=True)
        return self._recorder.__enter__()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        __tracebackhide__ = True
        recorder = self._recorder
        if recorder is None:
            return
        recorder.__exit__(exc_type, exc, traceback)
        # Code that failed on its own is not second-guessed.
        text = self._text(Counted(recorder.report)) if exc_type is None else ""
        if text:
            raise AssertionError(text)

    def _text(self, counted: Counted) -> str:
        objected = self.limits.objected(counted.findings)

        def accepting(higher: str) -> str:
            said = higher.removeprefix("max_queries=") or f'allow=["{objected[0].subject}"]'
            return f"To accept: {self._accept}({said})"

        return judged(counted, self.limits, objected, accepting)


def assert_num_queries(count: int) -> Block:
    """Assert that a `with` block runs exactly *count* queries."""
    limits = Limits(exact_queries=count)
    return Block(limits, f"assert_num_queries({count})", "assert_num_queries")


def assert_max_queries(limit: int) -> Block:
    """Assert that a `with` block runs at most *limit* queries."""
    return Block(Limits(max_queries=limit), f"assert_max_queries({limit})", "assert_max_queries")


def assert_no_n_plus_one(*, allow: Iterable[str] = ()) -> Block:
    """Assert that a `with` block runs no loop of queries (QW1xx).

    It fails as well where a relationship was loaded lazily for only one row: then nobody could
    see a loop. *allow* names what is not objected to, as `querywatch.allow()` does.
    """
    limits = Limits(detect=LOOPS, allow=allow)
    return Block(limits, "assert_no_n_plus_one()", "assert_no_n_plus_one")
