"""Lazy loads that belong together: one relationship, parents brought in together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from querywatch.detectors.bringers import Bringers
from querywatch.detectors.evidence import grouped, root_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from querywatch.model import Load, Query, Recording


class Group:
    """The lazy loads of one relationship whose parents one bringer brought in.

    `above` is the group that loaded the parents, lazily too, or None.
    """

    def __init__(self, loads: list[tuple[Query, Load]], root: Query | None) -> None:
        self.queries = [query for query, _ in loads]
        self.loads = [load for _, load in loads]
        self.root = root
        self.above: Group | None = None

    @property
    def load(self) -> Load:
        """The relationship and the way to it."""
        return self.loads[0]

    @property
    def subject(self) -> str:
        """`Order.items`."""
        return self.load.subject

    @property
    def parents(self) -> int:
        """How many distinct objects were loaded for."""
        return len({load.parent for load in self.loads})

    def together(self, parents: int, untied: int) -> bool:
        """Tell whether one query brought in *parents* objects or more.

        A chain (`node = node.next`) and new objects have no such query: there *untied* loads
        from one place do.
        """
        tied: dict[Hashable, set[int]] = {}
        places: dict[int, set[int]] = {}
        for query, load in zip(self.queries, self.loads, strict=True):
            if query.parent is not None or load.run >= 0:
                tied.setdefault((query.parent, load.run), set()).add(load.parent)
            places.setdefault(query.place, set()).add(load.parent)
        if any(len(some) >= parents for some in tied.values()):
            return True
        loose = self.load.recursive or not tied
        return loose and any(len(some) >= untied for some in places.values())

    def chain(self) -> list[Group]:
        """Return the groups from the outermost lazy load down to this one."""
        chain = [self]
        while (above := chain[-1].above) is not None and above not in chain:
            chain.append(above)
        return chain[::-1]


def lazy_groups(recording: Recording) -> list[Group]:
    """Group the lazy loads of *recording* and link each group to the one above it."""
    lazy = [(query, query.load) for query in recording.queries if query.origin == "lazy"]
    loads = [(query, load) for query, load in lazy if load is not None]
    if not loads:
        return []
    groups = [Group(some, root) for some, root in _merged(loads, recording)]
    of = {query.number: group for group in groups for query in group.queries}
    for group in groups:
        group.above = _above(group, of, recording)
    return groups


def _merged(
    loads: list[tuple[Query, Load]], recording: Recording
) -> Iterator[tuple[list[tuple[Query, Load]], Query | None]]:
    bringers = Bringers(recording)
    brought = grouped(loads, lambda pair: (pair[1].subject, bringers.of(pair[0])))
    merged: dict[Hashable, tuple[list[tuple[Query, Load]], Query | None]] = {}
    for number, some in enumerate(brought.values()):
        root = root_of(some[0][0], recording)
        # One statement run again and again on one line is one query to edit.
        key = (some[0][1].path, root.statement, root.place) if root else number
        merged.setdefault(key, ([], root))[0].extend(some)
    yield from merged.values()


def _above(group: Group, of: dict[int, Group], recording: Recording) -> Group | None:
    number = group.queries[0].parent
    while number is not None:
        found = of.get(number)
        if found is not None and found is not group:
            return found
        number = recording.queries[number].parent
    return None
