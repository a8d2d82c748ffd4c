"""Listen to events of SQLAlchemy once, and stop again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from sqlalchemy import event

Events: TypeAlias = Iterable[tuple[str, Callable[..., Any]]]


def listen(target: Any, events: Events) -> None:
    """Add each listener to *target* unless it listens already."""
    for name, listener in events:
        if not event.contains(target, name, listener):
            event.listen(target, name, listener)


def unlisten(target: Any, events: Events) -> None:
    """Take each listener away again where it listens."""
    for name, listener in events:
        if event.contains(target, name, listener):
            event.remove(target, name, listener)
