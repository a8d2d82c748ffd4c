"""Loads that have everything in common but the object: what is told of one is true of all.

A loop over a thousand objects is one bunch, so that detectors need not look at a thousand queries.
"""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, Final

from querywatch.detectors.evidence import root_of
from querywatch.model.query import field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from querywatch.model import Load, Query, Recording

_LOADS: Final = frozenset({"lazy", "column", "eager", "refresh"})
# What tells most neighbours apart comes first; two loads that are equal are compared in full.
_COMMON: Final = field("place", "parent", "run", "origin", "load")
_OBJECT: Final = field("loaded_for")


class Bunch:
    """The loads of one relationship, or of one object's columns, for objects of one run.

    `bringer` numbers what brought the objects in: one query, one eager load, or one loop of lazy
    loads. Loads of one bringer are candidates for a loop; objects that were each loaded singly,
    on their own, have bringers of their own. `root` is the query to edit: the one that
    everything above was loaded for, None where that ran before the recording.
    """

    __slots__ = (
        "bringer",
        "load",
        "objects",
        "origin",
        "parent",
        "place",
        "queries",
        "root",
        "run",
    )

    def __init__(self, load: Load, first: Query) -> None:
        self.load = load
        self.origin = first.origin
        self.parent = first.parent
        self.run = first.run
        self.place = first.place
        self.queries: list[Query] = []
        self.objects: set[int] = set()
        self.bringer = -1
        self.root: Query | None = None

    @property
    def is_tied(self) -> bool:
        """Whether it is known what brought the objects in."""
        return self.parent is not None or self.run >= 0


class Bunches:
    """The bunches of one recording, in the order of first appearance."""

    def __init__(self, recording: Recording) -> None:
        self._known: dict[Any, Bunch] = {}
        self._loads: dict[Load, Load] = {}
        self._same: dict[int, int] = {}
        self._bringers: dict[Any, int] = {}
        for common, queries in groupby(recording.queries, _COMMON):
            if common[-1] is not None and common[-2] in _LOADS:
                self._add(common, list(queries))
        for bunch in self._known.values():
            bunch.objects = set(map(_OBJECT, bunch.queries))
            self._place(bunch, recording)

    def of_origin(self, origin: str) -> list[Bunch]:
        """List the bunches that one kind of act sent."""
        return [bunch for bunch in self._known.values() if bunch.origin == origin]

    def holding(self, query: Query) -> Bunch | None:
        """Return the bunch that *query* is in."""
        return self._known.get(self._key(_COMMON(query)))

    def _add(self, common: tuple[Any, ...], queries: list[Query]) -> None:
        key = self._key(common)
        bunch = self._known.get(key)
        if bunch is None:
            bunch = self._known[key] = Bunch(common[-1], queries[0])
        bunch.queries += queries

    def _key(self, common: tuple[Any, ...]) -> tuple[Any, ...]:
        # A load is long to hash, and the queries of one loop share it: each is hashed once.
        load = common[-1]
        same = self._same.get(id(load))
        if same is None:
            same = self._same[id(load)] = id(self._loads.setdefault(load, load))
        return (*common[:-1], same)

    def _place(self, bunch: Bunch, recording: Recording) -> None:
        # Parents stand before what is loaded for them, so that theirs is known by now.
        if bunch.parent is None:
            bunch.bringer = self._number(
                ("run", bunch.run) if bunch.run >= 0 else ("new", bunch.place)
            )
            return
        parent = recording.queries[bunch.parent]
        above = self.holding(parent)
        if above is not None and parent.origin != "refresh":
            bunch.root = above.root
        else:
            bunch.root = root_of(bunch.queries[0], recording)
        bunch.bringer = self._bringer(bunch.load, parent, -1 if above is None else above.bringer)

    def _bringer(self, load: Load, parent: Query, above: int) -> int:
        # Objects loaded again one by one, and the levels of a tree: all of them belong to
        # whatever brought in the first.
        if parent.origin == "column" or (parent.origin == "lazy" and _same(parent, load)):
            return above
        if parent.origin in {"lazy", "eager"} and parent.load is not None:
            return self._number((parent.origin, parent.load.subject, above))
        return self._number(("query", parent.number))

    def _number(self, key: tuple[Any, ...]) -> int:
        return self._bringers.setdefault(key, len(self._bringers))


def bunches_of(recording: Recording) -> Bunches:
    """Return the bunches of *recording*, the same to every detector that asks."""
    return recording.once(Bunches)


def queries_of(bunches: Iterable[Bunch]) -> list[Query]:
    """Return the queries of all *bunches*."""
    return list(chain.from_iterable([bunch.queries for bunch in bunches]))


def objects_of(bunches: Sequence[Bunch]) -> set[int]:
    """Return the distinct objects that *bunches* loaded for."""
    if len(bunches) == 1:
        return bunches[0].objects
    return set().union(*(bunch.objects for bunch in bunches))


def _same(parent: Query, load: Load) -> bool:
    return parent.load is not None and parent.load.subject == load.subject
