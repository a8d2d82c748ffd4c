"""querywatch finds N+1 queries and says which line to edit and what to write there.

Importing this loads neither SQLAlchemy nor Starlette: each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from querywatch.errors import (
        ConfigurationError,
        FindingsError,
        NPlusOneWarning,
        QueryWatchError,
        QueryWatchWarning,
    )
    from querywatch.middleware import QueryWatchMiddleware
    from querywatch.model import CallSite, Finding, Query, Recording, Report
    from querywatch.watch import QueryWatch, allow, pause, record

__version__ = "0.1.0"

__all__ = [
    "CallSite",
    "ConfigurationError",
    "Finding",
    "FindingsError",
    "NPlusOneWarning",
    "Query",
    "QueryWatch",
    "QueryWatchError",
    "QueryWatchMiddleware",
    "QueryWatchWarning",
    "Recording",
    "Report",
    "__version__",
    "allow",
    "pause",
    "record",
]

_ROOMS: Final = {
    "CallSite": "model",
    "ConfigurationError": "errors",
    "Finding": "model",
    "FindingsError": "errors",
    "NPlusOneWarning": "errors",
    "Query": "model",
    "QueryWatch": "watch",
    "QueryWatchError": "errors",
    "QueryWatchMiddleware": "middleware",
    "QueryWatchWarning": "errors",
    "Recording": "model",
    "Report": "model",
    "allow": "watch",
    "pause": "watch",
    "record": "watch",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
