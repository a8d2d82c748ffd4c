"""The application frames above a statement, as references only.

A frame is kept as its code object and instruction; the line is looked up when somebody asks.
Reading `f_lineno` or hashing a code object costs more than everything else here together.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from querywatch.capture.origins import APPLICATION, BOUNDARY, SERIALIZER, TEMPLATE, Origins

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

    from querywatch.capture.statement import Statement

MAX_FRAMES: Final = 8
SERIALIZING: Final = (None,)
"""Stands for the frames of a statement that ran while a response was serialized."""

_origins: list[Origins] = [Origins()]
_template_lines: dict[str, str] = {}


def set_app_roots(app_roots: Iterable[str]) -> None:
    """Take only files below these directories or packages for the application's."""
    _origins[0] = Origins(app_roots)


def application_frames(depth: int, statement: Statement) -> tuple[Any, ...]:
    """Return (code, instruction, code, instruction, ...) of the nearest application frames.

    The innermost comes first, at most MAX_FRAMES are kept. `depth` frames are left out, counted
    from the caller. Empty when none is found below the server's own frames.
    """
    jump = statement.jump
    if jump is not None:
        # Making a frame object of each of SQLAlchemy's twenty frames is what costs: look first
        # where the application stood when this statement ran the last time.
        try:
            below = sys._getframe(depth + jump[0])  # noqa: SLF001 - documented, if underscored
            frame = below.f_back
            stands = below.f_code is jump[1] and jump[3] is _origins[0]
            if stands and frame is not None and frame.f_code is jump[2]:
                return _walk(frame, None)
        except ValueError:
            pass
    return _walk(sys._getframe(depth + 1), statement)  # noqa: SLF001


def _walk(  # noqa: C901 - one loop, and no call per frame
    frame: FrameType | None, learner: Statement | None
) -> tuple[Any, ...]:
    origins = _origins[0]
    below: FrameType | None = None
    parent: Any = None
    kept: list[Any] = []
    serializing = False
    steps = 0
    while True:
        if frame is None:
            # SQLAlchemy's asyncio layer runs us in a child greenlet whose frames end at its own
            # start: the awaiting coroutine hangs on the parent.
            learner = None
            parent = _parent_greenlet() if parent is None else parent.parent
            if parent is None:
                break
            frame = parent.gr_frame
            continue
        code = frame.f_code
        kind = origins[code.co_filename]
        if kind:
            if kind == APPLICATION or kind == TEMPLATE:  # noqa: PLR1714, SIM109 - a tuple is slower
                if learner is not None and below is not None:
                    learner.jump = (steps, below.f_code, code, origins)
                    learner = None
                kept.append(code)
                kept.append(frame.f_lasti)
                if kind == TEMPLATE:
                    _keep_template_lines(frame)
                if len(kept) == 2 * MAX_FRAMES:
                    break
            elif kind == BOUNDARY:
                break
            elif kind == SERIALIZER:
                serializing = True
        steps += 1
        below, frame = frame, frame.f_back
    return tuple(kept) if kept or not serializing else SERIALIZING


def _parent_greenlet() -> Any:
    # Not imported: SQLAlchemy needs it for asyncio alone, and then it is loaded already.
    greenlet = sys.modules.get("greenlet")
    return None if greenlet is None else greenlet.getcurrent().parent


def _keep_template_lines(frame: FrameType) -> None:
    # A Jinja template is compiled to Python: its module says which line came from which.
    lines = frame.f_globals.get("debug_info")
    if isinstance(lines, str):
        _template_lines[frame.f_code.co_filename] = lines


def template_line(filename: str, line: int) -> int:
    """Translate a line of a compiled template into the line of its source (0: not known)."""
    found = 0
    for pair in filter(None, _template_lines.get(filename, "").split("&")):
        template, _, compiled = pair.partition("=")
        if int(compiled) > line:
            break
        found = int(template)
    return found
