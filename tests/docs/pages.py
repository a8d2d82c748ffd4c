"""Reading the documentation's pages: their blocks, their tables."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def page(name: str) -> str:
    """Read one page of `docs/`."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of *text* in one language, "" for those without."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for found, block in fenced if found == language]


def rows(text: str, heading: str) -> list[list[str]]:
    """Return the cells of every row below the tables' head lines that begin with *heading*."""
    found = []
    for table in re.findall(r"^(?:\|.*\|\n)+", text, re.MULTILINE):
        head, _, *lines = table.splitlines()
        if cells(head)[0] == heading:
            found += [cells(line) for line in lines]
    return found


def cells(line: str) -> list[str]:
    """Split one line of a table."""
    return [cell.strip() for cell in line.strip("|").split("|")]


def quoted(cell: str) -> list[str]:
    """Return what stands in backticks in *cell*."""
    return re.findall(r"`([^`]+)`", cell)
