"""Comments that ignore a finding nobody has any more."""

from __future__ import annotations

import io
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

from querywatch.allowances import ignored_codes
from querywatch.resolve.sites import display_path

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = b"querywatch:"


def loaded(root: Path) -> set[tuple[str, int]]:
    """Find the comments in every module below *root* that this process has imported."""
    found: set[tuple[str, int]] = set()
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.endswith(".py") and _is_ours(file, root):
            found.update((display_path(file), line) for line in _lines(Path(file)))
    return found


def _is_ours(file: str, root: Path) -> bool:
    path = Path(file)
    if not path.is_relative_to(root):
        return False
    return not {"site-packages", "dist-packages"} & set(path.parts)


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
