"""A bar chart as SVG: ratios to bare, one group of bars for each workload."""

from __future__ import annotations

from html import escape
from itertools import chain, repeat
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH = 760
LABELS = 210
FIGURES = 70
BAR = 14
GAP = 16
TOP = 44
COLOURS = ("#4c78a8", "#72b7b2", "#f58518", "#e45756")
OTHERS = "#a39a94"
STYLE = (
    "text{font:12px sans-serif;fill:#333}.title{font-weight:bold;font-size:14px}"
    "line{stroke:#999}.paper{fill:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.paper{fill:#0d1117}}"
)


def chart(title: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    """Draw *groups* (workload -> contestant -> ratio); bare, 1.0, is the line they start at."""
    names = dict.fromkeys(name for bars in groups.values() for name in bars)
    colours = dict(zip(names, chain(COLOURS, repeat(OTHERS)), strict=False))
    top = max((ratio for bars in groups.values() for ratio in bars.values()), default=1.0)
    # The scale begins at bare and ends at the next tenth above the tallest bar.
    scale = (WIDTH - LABELS - FIGURES) / max(0.1, ceil(top * 10) / 10 - 1)
    parts: list[str] = []
    y = TOP
    for group, bars in groups.items():
        parts.append(_text(8, y + BAR, group, bold=True))
        y += BAR + 6
        top_of_bars = y
        for name, ratio in bars.items():
            parts += _bar(y, name, ratio, scale, colours[name])
            y += BAR + 4
        parts.append(f'<line x1="{LABELS}" y1="{top_of_bars}" x2="{LABELS}" y2="{y - 4}"/>')
        y += GAP
    return _document(y, [_text(8, 22, title, bold=True), *parts])


def _bar(y: int, name: str, ratio: float, scale: float, colour: str) -> list[str]:
    width = max(0.0, (ratio - 1) * scale)
    shown = f"{ratio:.3f}x" if ratio < 10 else f"{ratio:.1f}x"  # noqa: PLR2004 - four digits
    return [
        _text(20, y + BAR - 3, name),
        f'<rect x="{LABELS}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>',
        _text(LABELS + width + 6, y + BAR - 3, shown),
    ]


def _text(x: float, y: float, text: str, *, bold: bool = False) -> str:
    kind = ' class="title"' if bold else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{kind}>{escape(text)}</text>'


def _document(height: int, parts: list[str]) -> str:
    # A ground of its own: a page may be dark where its reader's system is not.
    paper = f'<path class="paper" d="M0 0h{WIDTH}v{height}H0z"/>'
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n'
        f"<style>{STYLE}</style>\n{paper}\n{body}\n</svg>\n"
    )
