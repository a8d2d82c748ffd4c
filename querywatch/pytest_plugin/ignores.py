"""Comments that ignore a finding nobody has any more."""

from __future__ import annotations

import io
import os
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING, Final

from querywatch.allowances import ignored_codes
from querywatch.resolve.sites import display_path

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD: Final = b"querywatch:"
_INSTALLED: Final = {"site-packages", "dist-packages"}


def loaded(root: Path) -> set[tuple[str, int]]:
    """Find the comments in every module below *root* that this process has imported."""
    found: set[tuple[str, int]] = set()
    below = str(root) + os.sep
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.startswith(below) and _is_ours(file):
            found.update((display_path(file), line) for line in _lines(Path(file)))
    return found


def _is_ours(file: str) -> bool:
    # An environment may lie below the root.
    return file.endswith(".py") and _INSTALLED.isdisjoint(Path(file).parts)


def _lines(path: Path) -> Iterator[int]:
    try:
        raw = path.read_bytes()
        if _WORD not in raw:
            return
        for token in tokenize.tokenize(io.BytesIO(raw).readline):
            if token.type == tokenize.COMMENT and ignored_codes(token.string) is not None:
                yield token.start[0]
    except (OSError, SyntaxError, tokenize.TokenError):
        return
