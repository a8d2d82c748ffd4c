"""One open bracket, and the list that may be inside it."""

from __future__ import annotations

from typing import Final

# What `listed` says of a frame: its items are those of IN or ARRAY, or rows of VALUES.
BRACKETED, VALUES_LIST = 1, 2

# Items of which one is enough, wherever in the list they were before.
_ONCE: Final = frozenset({"?", "'?'", "NULL", "DEFAULT", "TRUE", "FALSE"})

LISTS: Final = frozenset({"IN", "ANY", "ALL", "SOME", "ARRAY"})


class Frame:
    """What is known of one open bracket, or of the whole statement at the bottom.

    While `listed`, an item equal to the one before it is dropped when it ends: lists of any
    length come out alike, whatever their items are. Comparing only neighbours of equal length
    keeps one pass over hostile nesting cheap.
    """

    # Defaults of the class: nesting may be deep, and most brackets change two of these.
    role: str = "other"
    column: str = ""
    row: tuple[str, ...] = ()
    spread = False
    casts = False
    assigns = False
    between: str | None = None
    names: list[str] | None = None
    index = 0
    listed = 0
    item = item_slot = 0
    last = -1
    seen: set[str] | None = None

    def __init__(self, opener: str = "") -> None:
        self.opener = opener

    def begin_list(self, kind: int, item: int, slot: int) -> None:
        """Start a list whose first item will be piece *item*, its first value *slot*."""
        self.listed = kind
        self.item, self.item_slot, self.last = item, slot, -1
        self.seen = None

    def next_position(self, left: str) -> None:
        """Go past a comma; *left* is the column before it, where it was one."""
        if not self.listed:
            self.names = self.names or []
            self.names.append(left)
        self.index += 1

    def role_here(self) -> str:
        """Return what a value at this position is for."""
        return "list" if self.listed == VALUES_LIST else self.role

    def column_here(self) -> str:
        """Return the column that the value at this position is compared with."""
        if not self.spread:
            return self.column
        return self.row[self.index] if self.index < len(self.row) else ""

    def repeats(self, out: list[str]) -> bool:
        """Tell whether the item that ends here is already in the list."""
        size = len(out) - self.item
        if size == 1 and out[-1] in _ONCE:
            self.seen = self.seen or set()
            known = out[-1] in self.seen
            self.seen.add(out[-1])
            return known
        before = self.item - 1 - self.last
        return (
            self.last >= 0 and before == size and out[self.last : self.item - 1] == out[self.item :]
        )
