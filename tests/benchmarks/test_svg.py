"""The picture is an SVG that any reader can draw."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from benchmarks.svg import chart

SPACE = "{http://www.w3.org/2000/svg}"


def _widths(drawn: str) -> list[float]:
    """Return the width of every bar."""
    root = ET.fromstring(drawn)  # noqa: S314 - we wrote it
    return [float(bar.attrib["width"]) for bar in root.iter(f"{SPACE}rect")]


def test_a_bar_is_as_long_as_what_is_added() -> None:
    """Bare is the line at the left: 1.4x is twice as long as 1.2x."""
    first, second = _widths(chart("t", {"orm select": {"idle": 1.2, "recording": 1.4}}))

    assert abs(second - 2 * first) <= 0.2


def test_a_ratio_below_bare_has_no_length() -> None:
    """Noise may put a contestant before bare; a bar cannot be negative."""
    assert _widths(chart("t", {"orm select": {"idle": 0.98}})) == [0.0]


def test_words_are_escaped() -> None:
    """A name with markup in it is shown, not obeyed."""
    drawn = chart("a < b", {"<script>": {"R&D": 1.5}})

    assert "<script>" not in drawn
    assert ET.fromstring(drawn).tag == f"{SPACE}svg"  # noqa: S314


def test_nothing_measured_is_an_empty_picture() -> None:
    """A run without rows still writes a file that opens."""
    assert _widths(chart("t", {})) == []
