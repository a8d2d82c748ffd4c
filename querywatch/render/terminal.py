"""What a stream can show: which characters, and whether colour."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

_ASCII: Final = str.maketrans({"×": "x", "→": "->", "…": "..."})
_BOLD, _DIM, _RED, _GREEN, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[0m"
# Not compiled: most runs show no colour.
_HEADLINE: Final = r"(?m)^(  )(QW\d+ .*)$"
_FIX: Final = r"(?m)^(    fix +)(.*)$"
_KEY: Final = r"(?m)^(    )(used|from|loaded|query|note|fix)\b"
_NAME: Final = r"(?m)^(querywatch)\b"


class Terminal(NamedTuple):
    """What one stream can show."""

    colour: bool = False
    unicode: bool = True

    @classmethod
    def of(cls, stream: TextIO, environ: Mapping[str, str] | None = None) -> Terminal:
        """Look at *stream*, and at NO_COLOR, FORCE_COLOR and TERM, in that order."""
        found = os.environ if environ is None else environ
        # Only a stream in memory has no encoding, and it takes every character.
        encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("_", "-")
        return cls(_colour(stream, found), encoding in {"utf-8", "utf8"})

    def adapt(self, text: str) -> str:
        """Write *text* in the characters and colours that can be shown."""
        if not self.unicode:
            text = text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")
        else:
            # A file name that is not UTF-8 carries lone surrogates, which no stream takes.
            text = text.encode("utf-8", "backslashreplace").decode("utf-8")
        return _paint(text) if self.colour else text


def _colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    if environ.get("TERM") == "dumb":
        return False
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False


def _paint(text: str) -> str:
    text = re.sub(_HEADLINE, rf"\1{_BOLD}{_RED}\2{_OFF}", text)
    text = re.sub(_FIX, rf"\1{_GREEN}\2{_OFF}", text)
    text = re.sub(_KEY, rf"\1{_DIM}\2{_OFF}", text)
    return re.sub(_NAME, rf"{_DIM}\1{_OFF}", text)
