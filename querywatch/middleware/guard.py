"""Our own steps inside somebody's request: a bug of ours is counted and goes no further."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from querywatch import capture

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def attempt(step: Callable[[], T], otherwise: T) -> T:
    """Return what *step* returns, or *otherwise* when it fails."""
    try:
        return step()
    except Exception as bug:  # noqa: BLE001 - the request must not notice, whatever it is
        capture.failed(bug)
        return otherwise
