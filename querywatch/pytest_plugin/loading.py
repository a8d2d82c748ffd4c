"""How the rest of the plugin is loaded: all at once, and as Python loads any module."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


@contextmanager
def loading() -> Iterator[None]:
    """Keep pytest and the garbage collector out of what this block imports of ours.

    Pytest rewrites the asserts of every module of a plugin's distribution: it reads each source
    and compares it with what it rewrote the last time, or does so again where it may store
    nothing. We have no asserts. And a hundred modules make objects enough for a dozen collections
    of all there is, and no garbage.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    sys.meta_path.insert(0, _Ours)
    try:
        yield
    finally:
        if _Ours in sys.meta_path:
            sys.meta_path.remove(_Ours)
        if was_enabled:
            gc.enable()


class _Ours:
    """Finds our own modules before pytest does."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return PathFinder.find_spec(name, path, target) if name.startswith("querywatch.") else None
