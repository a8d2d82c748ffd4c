"""Our own failures: logged once each, counted by capture, never raised into the application."""

from __future__ import annotations

import logging
from typing import Final

_MAX_LOGGED: Final = 1_000
_logger: Final = logging.getLogger("querywatch")
_logged: set[tuple[type[BaseException], str]] = set()


def log_once(bug: BaseException) -> None:
    """Log *bug* unless one of its kind was logged from the same line before."""
    kind = (type(bug), _where(bug))
    if kind in _logged or len(_logged) >= _MAX_LOGGED:
        return
    _logged.add(kind)
    name = type(bug).__name__
    _logger.error("querywatch failed (%s) and carries on; shown once", name, exc_info=bug)


def _where(bug: BaseException) -> str:
    traceback = bug.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return ""
    return f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}"
