"""The application frames above a statement, as references only.

A frame is kept as its code object and instruction; the line is looked up when somebody asks.
Reading `f_lineno` or hashing a code object costs more than everything else here together.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from querywatch.capture.origins import (
    APPLICATION,
    BOUNDARY,
    FACTORY,
    SERIALIZER,
    TEMPLATE,
    Origins,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

    from querywatch.capture.statement import Statement

MAX_FRAMES: Final = 8
MAX_PATH: Final = 64
MAX_JUMPS: Final = 4
SERIALIZING: Final = (None,)
"""Stands for the frames of a statement that ran while a response was serialized."""

Jump: TypeAlias = "tuple[int, Any, Origins, tuple[tuple[Any, int | None], ...], tuple[Any, ...]]"
"""How deep the frame below the first one that matters stood, and its code; the rules it was told
by; the frames above it as (code, instruction), each instruction only where it is kept; and what
was kept of them."""

_getframe = sys._getframe  # noqa: SLF001 - documented, if underscored
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
    # Making a frame object of each of SQLAlchemy's twenty frames is what costs: look first
    # where the application stood when this statement ran before.
    start = None
    for below_at, below_code, rules, path, frames in statement.jumps:
        try:
            below = _getframe(depth + below_at)
        except ValueError:
            continue
        if below.f_code is not below_code or rules is not _origins[0]:
            continue
        frame: Any = below
        parent = None
        for code, instruction in path:
            frame = frame.f_back
            if frame is None:
                parent = _parent_greenlet(parent)
                frame = parent and parent.gr_frame
                if frame is None:
                    break
            if frame.f_code is not code:
                break
            if instruction is not None and frame.f_lasti != instruction:
                break
        else:
            return frames
        # SQLAlchemy was entered in the same way, from another line or by other callers.
        start = (below.f_back, (below_at, below_code))
    if start is not None:
        return _walk(*start, statement)
    # Of what is no query nobody asks where it came from.
    return () if statement.is_setup else _walk(_getframe(depth + 1), None, _learner(statement))


def _learner(statement: Statement) -> Statement | None:
    # Many statements run once, every one of a driver's own among them: there is nothing to learn.
    learner = statement if statement.has_run else None
    statement.has_run = True
    return learner


def _walk(  # noqa: C901, PLR0912 - one loop, and no call per frame
    frame: FrameType | None, anchor: tuple[int, Any] | None, learner: Statement | None
) -> tuple[Any, ...]:
    origins = _origins[0]
    below: FrameType | None = None
    parent: Any = None
    path: list[tuple[Any, int | None]] = []
    kept: list[Any] = []
    serializing = False
    steps = 0
    if anchor is None:
        # Some twenty frames of SQLAlchemy stand below the first that matters.
        while frame is not None and not origins[frame.f_code.co_filename]:
            steps += 1
            below, frame = frame, frame.f_back
    while True:
        if frame is None:
            # SQLAlchemy's asyncio layer runs us in a child greenlet whose frames end at its own
            # start: the awaiting coroutine hangs on the parent.
            parent = _parent_greenlet(parent)
            frame = parent and parent.gr_frame
            if frame is None:
                break
            if anchor is None and below is not None and learner is not None:
                anchor = (steps, below.f_code)
        code = frame.f_code
        kind = origins[code.co_filename]
        if kind:
            if anchor is None and below is not None and learner is not None:
                anchor = (steps, below.f_code)
            instruction = None
            if kind == APPLICATION or kind == TEMPLATE:  # noqa: PLR1714, SIM109 - a tuple is slower
                instruction = frame.f_lasti
                kept.append(code)
                kept.append(instruction)
                if kind == TEMPLATE:
                    _keep_template_lines(frame)
            elif kind == SERIALIZER:
                serializing = True
            elif kind == FACTORY and not kept:
                instruction = frame.f_lasti
                kept += (code, instruction)
            if anchor is not None:
                path.append((code, instruction))
            if kind == BOUNDARY or len(kept) == 2 * MAX_FRAMES:
                break
        elif anchor is not None:
            path.append((code, None))
        steps += 1
        below, frame = frame, frame.f_back
    frames = tuple(kept) if kept or not serializing else SERIALIZING
    if learner is not None and anchor is not None and len(path) <= MAX_PATH:
        jump = (*anchor, origins, tuple(path), frames)
        learner.jumps = (jump, *learner.jumps[: MAX_JUMPS - 1])
    return frames


def _parent_greenlet(child: Any) -> Any:
    if child is not None:
        return child.parent
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
