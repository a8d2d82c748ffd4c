"""What brought the parents in: one query, one eager load, or one loop of lazy loads.

Loads for parents of one bringer are candidates for a loop; parents that were each loaded
singly, on their own, have bringers of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    from querywatch.model import Query, Recording


class Bringers:
    """Numbers the bringers of one recording; equal numbers mean the same bringer."""

    def __init__(self, recording: Recording) -> None:
        self._queries = recording.queries
        self._numbers: dict[Hashable, int] = {}
        self._of: dict[int, int] = {}
        for query in recording.queries:
            if query.load is not None and query.origin in {"lazy", "column", "eager", "refresh"}:
                self._of[query.number] = self._number(query)

    def of(self, query: Query) -> int:
        """Return the bringer of the object that *query* loads for."""
        return self._of[query.number]

    def _number(self, query: Query) -> int:
        if query.load is not None and query.parent is None:
            run = query.run
            return self._key(("run", run) if run >= 0 else ("new", query.place))
        if query.parent is None:
            return self._key(("unknown", query.number))
        parent = self._queries[query.parent]
        # Objects loaded again one by one, and the levels of a tree: all of them belong to
        # whatever brought in the first.
        if parent.origin == "column" or (parent.origin == "lazy" and _same(parent, query)):
            return self._of.get(parent.number, -1)
        if parent.origin in {"lazy", "eager"} and parent.load is not None:
            above = self._of.get(parent.number, -1)
            return self._key((parent.origin, parent.load.subject, above))
        return self._key(("query", parent.number))

    def _key(self, key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def _same(parent: Query, query: Query) -> bool:
    if parent.load is None or query.load is None:
        return False
    return parent.load.subject == query.load.subject
