"""Small pieces of text: durations, shortened lines, and nothing a terminal would obey."""

from __future__ import annotations


def milliseconds(seconds: float) -> str:
    """Write a duration: `4.3 ms`, `101 ms`, `12.3 s`."""
    value = seconds * 1e3
    if value < 10:  # noqa: PLR2004 - below that, a digit more tells something
        return f"{value:.1f} ms"
    return f"{value:.0f} ms" if value < 10_000 else f"{seconds:,.1f} s"  # noqa: PLR2004 - as above


def shorten(text: str, width: int) -> str:
    """Cut *text* at *width* characters, on one line, and say how much is missing."""
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    kept = line[:width].rstrip()
    return f"{kept}… [{len(line) - len(kept):,} more characters]"


def printable(text: str) -> str:
    """Write what is no visible character as an escape: a terminal obeys some of those."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
