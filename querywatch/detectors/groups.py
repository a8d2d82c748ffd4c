"""Lazy loads that belong together: one relationship, parents brought in together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from querywatch.detectors.evidence import grouped, roots_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from querywatch.detectors.bringers import Bringers
    from querywatch.model import Load, Query, Recording


class Group:
    """The lazy loads of one relationship whose parents one bringer brought in.

    `above` is the group that loaded the parents, lazily too, or None.
    """

    def __init__(self, loads: list[tuple[Query, Load]], roots: Sequence[Query | None]) -> None:
        self.queries = [query for query, _ in loads]
        self.loads = [load for _, load in loads]
        self.roots = [roots[query.number] for query in self.queries]
        self.above: Group | None = None

    @property
    def root(self) -> Query | None:
        """The query to edit, None where it ran before the recording."""
        return self.roots[0]

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
        return len({query.loaded_for for query in self.queries})

    def parents_by_root(self) -> list[int]:
        """Count the distinct objects that each run of the query to edit brought in."""
        parents: dict[int, set[int]] = {}
        for root, query in zip(self.roots, self.queries, strict=True):
            parents.setdefault(-1 if root is None else root.number, set()).add(query.loaded_for)
        return [len(some) for some in parents.values()]

    def together(self, bringers: Bringers, parents: int, untied: int) -> bool:
        """Tell whether *parents* objects or more were brought in together.

        A chain (`node = node.next`) and new objects were not: there *untied* loads from one
        place do.
        """
        tied: dict[Hashable, set[int]] = {}
        places: dict[int, set[int]] = {}
        recursive = self.load.recursive
        for query in self.queries:
            if query.parent is not None or query.run >= 0:
                tie = (query.parent, query.run) if recursive else bringers.of(query)
                tied.setdefault(tie, set()).add(query.loaded_for)
            places.setdefault(query.place, set()).add(query.loaded_for)
        if any(len(some) >= parents for some in tied.values()):
            return True
        loose = recursive or not tied
        return loose and any(len(some) >= untied for some in places.values())

    def chain(self) -> list[Group]:
        """Return the groups from the outermost lazy load down to this one."""
        chain = [self]
        while (above := chain[-1].above) is not None and above not in chain:
            chain.append(above)
        return chain[::-1]


def lazy_groups(recording: Recording, bringers: Bringers) -> list[Group]:
    """Group the lazy loads of *recording* and link each group to the one above it."""
    lazy = [(query, query.load) for query in recording.queries if query.origin == "lazy"]
    loads = [(query, load) for query, load in lazy if load is not None]
    if not loads:
        return []
    roots = roots_of(recording)
    groups = [Group(some, roots) for some in _merged(loads, roots, bringers)]
    of = {query.number: group for group in groups for query in group.queries}
    for group in groups:
        group.above = _above(group, of, recording)
    return groups


def _merged(
    loads: list[tuple[Query, Load]], roots: Sequence[Query | None], bringers: Bringers
) -> Iterator[list[tuple[Query, Load]]]:
    brought = grouped(loads, lambda pair: (pair[1].subject, bringers.of(pair[0])))
    merged: dict[Hashable, list[tuple[Query, Load]]] = {}
    for number, some in enumerate(brought.values()):
        root = roots[some[0][0].number]
        # One statement run again and again on one line is one query to edit.
        key = (some[0][1].path, root.statement, root.place) if root else number
        merged.setdefault(key, []).extend(some)
    yield from merged.values()


def _above(group: Group, of: dict[int, Group], recording: Recording) -> Group | None:
    number = group.queries[0].parent
    while number is not None:
        found = of.get(number)
        if found is not None and found is not group:
            return found
        number = recording.queries[number].parent
    return None
