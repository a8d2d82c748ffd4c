"""Lazy loads that belong together: one relationship, parents brought in together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from querywatch.detectors.bunches import Bunch, Bunches, bunches_of, objects_of, queries_of
from querywatch.detectors.evidence import grouped

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from querywatch.model import Load, Query, Recording


class Group:
    """The lazy loads of one relationship whose parents one bringer brought in.

    `above` is the group that loaded the parents, lazily too, or None.
    """

    def __init__(self, bunches: Sequence[Bunch]) -> None:
        self.bunches = bunches
        self.queries = queries_of(bunches)
        self.above: Group | None = None

    @property
    def root(self) -> Query | None:
        """The query to edit, None where it ran before the recording."""
        return self.bunches[0].root

    @property
    def load(self) -> Load:
        """The relationship and the way to it."""
        return self.bunches[0].load

    @property
    def is_expired(self) -> bool:
        """Whether any of its parents had been loaded before, and expired."""
        return any(bunch.load.cause == "expired" for bunch in self.bunches)

    @property
    def subject(self) -> str:
        """`Order.items`."""
        return self.load.subject

    @property
    def parents(self) -> int:
        """How many distinct objects were loaded for."""
        return len(objects_of(self.bunches))

    def parents_by_root(self) -> list[int]:
        """Count the distinct objects that each run of the query to edit brought in."""
        roots = grouped(self.bunches, lambda one: None if one.root is None else one.root.number)
        return [len(objects_of(some)) for some in roots.values()]

    def together(self, parents: int, untied: int) -> bool:
        """Tell whether *parents* objects or more were brought in together.

        A chain (`node = node.next`) and new objects were not: there *untied* loads from one
        place do.
        """
        recursive = self.load.recursive
        tied = grouped(
            (bunch for bunch in self.bunches if bunch.is_tied),
            lambda one: (one.parent, one.run) if recursive else one.bringer,
        )
        if _any_loads_for(parents, tied.values()):
            return True
        places = grouped(self.bunches, lambda one: one.place)
        return (recursive or not tied) and _any_loads_for(untied, places.values())

    def chain(self) -> list[Group]:
        """Return the groups from the outermost lazy load down to this one."""
        chain = [self]
        while (above := chain[-1].above) is not None and above not in chain:
            chain.append(above)
        return chain[::-1]


def lazy_groups(recording: Recording) -> list[Group]:
    """Group the lazy loads of *recording* and link each group to the one above it."""
    bunches = bunches_of(recording)
    groups = [Group(some) for some in _merged(bunches.of_origin("lazy"))]
    of = {bunch: group for group in groups for bunch in group.bunches}
    for group in groups:
        group.above = _above(group, of, bunches, recording)
    return groups


def _any_loads_for(objects: int, groups: Iterable[Sequence[Bunch]]) -> bool:
    return any(len(objects_of(some)) >= objects for some in groups)


def _merged(lazy: Iterable[Bunch]) -> Iterator[list[Bunch]]:
    brought = grouped(lazy, lambda bunch: (bunch.load.subject, bunch.bringer))
    merged: dict[Hashable, list[Bunch]] = {}
    for number, some in enumerate(brought.values()):
        root = some[0].root
        # One statement run again and again on one line is one query to edit.
        key = (some[0].load.path, root.statement, root.place) if root else number
        merged.setdefault(key, []).extend(some)
    yield from merged.values()


def _above(
    group: Group, of: dict[Bunch, Group], bunches: Bunches, recording: Recording
) -> Group | None:
    number = group.bunches[0].parent
    while number is not None:
        query = recording.queries[number]
        bunch = bunches.holding(query)
        found = None if bunch is None else of.get(bunch)
        if found is not None and found is not group:
            return found
        number = query.parent
    return None
