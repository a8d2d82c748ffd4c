"""The baseline: findings that were there when the line was drawn, one to a line, sorted."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Entry: TypeAlias = tuple[str, str, str, str]
"""Code, subject, file and function: nothing that moves when a line is added above."""

KEYS: Final = ("code", "subject", "file", "function")
_BETWEEN: Final = r"[\s,]*"
_CONFLICTS: Final = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")


class BaselineError(Exception):
    """A baseline cannot be read; the text names its file and line."""


def entry_of(fact: dict[str, Any]) -> Entry:
    """Return what the baseline keeps of a finding's facts."""
    return fact["code"], fact["subject"], fact["file"], fact["function"]


def read(path: Path) -> frozenset[Entry]:
    """Read the baseline, empty where there is none. Raises BaselineError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return frozenset()
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"{path}:1: cannot be read: {error}") from error
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith(_CONFLICTS):
            cure = "keep the entries of both sides, remove the markers and run again"
            raise BaselineError(f"{path}:{number}: merge conflict marker {line[:40]!r}: {cure}")
    try:
        found = json.loads(text)
    except ValueError as error:
        number = getattr(error, "lineno", 1)
        raise BaselineError(f"{path}:{number}: not JSON: {getattr(error, 'msg', error)}") from error
    if not isinstance(found, list):
        raise BaselineError(f"{path}:1: must be a list of findings, not {type(found).__name__}")
    begins = _begins(text)
    return frozenset(
        _entry(item, f"{path}:{line}") for item, line in zip(found, begins, strict=True)
    )


def _begins(text: str) -> Iterator[int]:
    """Yield the line on which each element of a list begins, however it is laid out."""
    decode = json.JSONDecoder().raw_decode
    position = text.index("[") + 1
    while (begin := _skip(text, position)) < len(text) and text[begin] != "]":
        yield text.count("\n", 0, begin) + 1
        _, position = decode(text, begin)


def _skip(text: str, position: int) -> int:
    found = re.compile(_BETWEEN).match(text, position)
    return found.end() if found else position


def _entry(item: object, place: str) -> Entry:
    values = [item.get(key) for key in KEYS] if isinstance(item, dict) else []
    if not values or not all(isinstance(value, str) for value in values):
        needed = ", ".join(KEYS)
        raise BaselineError(f"{place}: an entry needs {needed}, each of them text: {item!r}")
    # It would be lost the next time the file is written.
    if isinstance(item, dict) and (unknown := sorted(item.keys() - set(KEYS))):
        raise BaselineError(f"{place}: unknown key {unknown[0]!r}")
    code, subject, file, function = map(str, values)
    return code, subject, file, function


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Write *entries*, whole or not at all. Raises OSError."""
    lines = [
        json.dumps(dict(zip(KEYS, entry, strict=True)), ensure_ascii=False)
        for entry in sorted(set(entries))
    ]
    text = "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"
    replace(path, text)


def replace(path: Path, text: str) -> None:
    """Put *text* in the place of *path*: whoever reads it sees the old text or the new one."""
    # A link is somebody's decision: what it leads to is replaced.
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        # A new file of this kind is private; what it replaces was as readable as any other.
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
