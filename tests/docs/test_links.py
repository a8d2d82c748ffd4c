"""Links in the documentation lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


def _dead_links(page: Path) -> list[str]:
    """List the relative links of *page* whose file does not exist."""
    links = LINK.findall(page.read_text(encoding="utf-8"))
    return [
        link
        for link in links
        if not re.match(r"[a-z]+:", link) and not (page.parent / link).exists()
    ]


def test_every_relative_link_leads_to_a_file() -> None:
    """A reader who follows a link of the documentation arrives."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("example_app/**/*.md")]

    assert {page.name: dead for page in pages if (dead := _dead_links(page))} == {}


def test_a_dead_link_is_seen(tmp_path: Path) -> None:
    """A link to a missing file is found, one to a present file or another site is not."""
    page = tmp_path / "page.md"
    page.write_text("[a](page.md#x) [b](gone.md) [c](https://example.org/gone.md)")

    assert _dead_links(page) == ["gone.md"]
