"""How many engines of the process have connected: tells "no SQL" from "not watching"."""

from __future__ import annotations

import gc
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.pool import Pool

from querywatch.capture.listening import listen, unlisten

_seen = [0]


def _on_first_connect(dbapi_connection: Any, connection_record: Any) -> None:  # noqa: ARG001
    _seen[0] += 1


_EVENTS: Final = (("first_connect", _on_first_connect),)


def attach() -> None:
    """Count engines from now on, each at its first connection."""
    listen(Pool, _EVENTS)


def detach() -> None:
    """Stop counting."""
    unlisten(Pool, _EVENTS)


def engines_seen() -> int:
    """Return how many engines have connected since capture was attached."""
    return _seen[0]


def any_engine() -> bool:
    """Tell whether the process has any engine, those that connected before attaching included.

    This walks every object of the process: only for a question that is asked once.
    """
    gc.collect()
    return _seen[0] > 0 or any(isinstance(found, Engine) for found in gc.get_objects())
