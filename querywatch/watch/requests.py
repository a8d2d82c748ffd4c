"""Requests as units of work of their own, for recordings that adopt whatever the process runs."""

from __future__ import annotations

import sys
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from querywatch import capture

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_LOCK: Final = Lock()
_APPLICATIONS: Final = "starlette.applications"
_wrapped: list[Any] = []
_users = [0]


class told_apart:  # noqa: N801 - used as a function is
    """Judge each request to a Starlette application on its own while a block runs.

    The application need not have any middleware of ours. Where Starlette was never imported
    there is none, and nothing happens.
    """

    def __enter__(self) -> None:
        with _LOCK:
            _users[0] += 1
            _install()

    def __exit__(self, *error: object) -> None:
        with _LOCK:
            _users[0] -= 1
            if not _users[0]:
                _remove()


def _install() -> None:
    module = sys.modules.get(_APPLICATIONS)
    if module is None or _wrapped:
        return
    kind: Any = module.Starlette
    serve = kind.__call__
    _wrapped.extend((kind, serve))

    async def __call__(  # noqa: N807
        self: Any, scope: MutableMapping[str, Any], receive: Any, send: Any
    ) -> None:
        if scope["type"] == "lifespan" or not _begins_here():
            await serve(self, scope, receive, send)
            return
        unit = capture.begin(scope=scope)
        try:
            await serve(self, scope, receive, send)
        finally:
            capture.end(unit)

    kind.__call__ = __call__


def _begins_here() -> bool:
    # A mounted application serves the same request, and a pause is a pause.
    around = capture.here()
    return around is not None and around.parts is not None


def _remove() -> None:
    if _wrapped:
        kind, serve = _wrapped
        kind.__call__ = serve
        _wrapped.clear()
