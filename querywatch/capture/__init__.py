"""Capture: once per statement, inside somebody's request.

What lives here stores references and computes nothing: no text, no grouping, no judging, no I/O.
"""

from querywatch.capture.attach import Backend, attach, detach
from querywatch.capture.engines import any_engine, engines_seen
from querywatch.capture.frames import set_app_roots
from querywatch.capture.record import RawRecord
from querywatch.capture.state import (
    OpenRecording,
    adopting,
    begin,
    end,
    failed,
    failures,
    here,
    observe_failures,
    paused,
    sampled_out,
    statements_outside,
)

__all__ = [
    "Backend",
    "OpenRecording",
    "RawRecord",
    "adopting",
    "any_engine",
    "attach",
    "begin",
    "detach",
    "end",
    "engines_seen",
    "failed",
    "failures",
    "here",
    "observe_failures",
    "paused",
    "sampled_out",
    "set_app_roots",
    "statements_outside",
]
