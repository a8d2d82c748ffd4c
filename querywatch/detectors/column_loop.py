"""QW102: columns of several objects loaded one object at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from querywatch.detectors.bunches import Bunch, bunches_of, objects_of, queries_of
from querywatch.detectors.checks import Rule, check_count
from querywatch.detectors.evidence import finding, grouped, loaded_at
from querywatch.detectors.options import addition, loader

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from querywatch.model import Finding, Load, Query, Recording


class ColumnLoop(Rule):
    """Object to columns loaded one by one for *objects* or more objects of one query."""

    def __init__(self, objects: int = 3) -> None:
        self.objects = objects
        check_count(self, "objects")

    def __call__(self, recording: Recording) -> Iterator[Finding]:
        """Yield one finding per query whose objects had columns missing, and per cause."""
        if "column" not in recording.origins:
            return
        columns = bunches_of(recording).of_origin("column")
        for some in grouped(columns, _key).values():
            if len(objects_of(some)) >= self.objects and _together(some):
                yield _finding(some, recording)


def _key(bunch: Bunch) -> Hashable:
    load, root = bunch.load, bunch.root
    # One statement run again and again on one line, by pages say, is one query to edit. New
    # objects, and objects from before the recording, have no query in common but the loop.
    tie: Hashable = bunch.bringer
    if root is not None:
        tie = (root.statement, root.place)
    elif not bunch.is_tied:
        tie = bunch.place
    return (tie, load.cause, load.base, load.columns if load.cause == "deferred" else ())


def _together(some: list[Bunch]) -> bool:
    # Objects that were each loaded singly, on their own, do not make a loop.
    brought = grouped(some, lambda bunch: bunch.bringer)
    return any(len(objects_of(together)) > 1 for together in brought.values())


def _finding(some: list[Bunch], recording: Recording) -> Finding:
    queries = queries_of(some)
    loads = [bunch.load for bunch in some]
    load, root = some[0].load, some[0].root
    subject = load.subject if load.cause == "deferred" else load.base
    fix, extra = _cure(loads, queries[0], root)
    after = None if extra is None else recording.query_count - len(queries) + extra
    return finding(
        "QW102",
        subject,
        f"{_WORDS[load.cause].format(subject)} loaded {len(queries):,}×, one object at a time",
        queries,
        recording,
        loaded_at=loaded_at(root),
        fix=fix,
        fix_at=None if load.cause == "expired" else loaded_at(root),
        queries_before=None if after is None else recording.query_count,
        queries_after=after,
        likely=load.cause == "expired",
    )


_WORDS = {
    "deferred": "deferred {}",
    "expired": "expired {}",
    "polymorphic": "subclass columns of {}",
}


def _cure(loads: list[Load], query: Query, root: Query | None) -> tuple[str, int | None]:
    """Return the text of the cure and how many statements it adds (None: not known)."""
    load = loads[0]
    if load.cause == "expired":
        factory = "async_sessionmaker" if query.is_async else "sessionmaker"
        return f"keep objects after a commit: {factory}(expire_on_commit=False)", 0
    if load.cause == "polymorphic":
        classes = sorted({load.owner for load in loads})
        options = f"selectin_polymorphic({load.base}, [{', '.join(classes)}])"
        return addition(options, root, load.base), len(classes) if root else None
    known = root is not None and all(step.via for step in load.path)
    return _loaded_at_once(load, root), 0 if known else None


def _loaded_at_once(load: Load, root: Query | None) -> str:
    columns = [f"{load.owner}.{column}" for column in load.columns]
    owner = load.owner.partition(".")[0]
    if load.strategy != "deferred":
        # SQLAlchemy refuses an undefer() beside the defer() of the same column.
        named = ", ".join(columns)
        return f"load {named} in the query: name it in load_only(), or do not defer() it"
    way = "".join(f"{loader(step, root)}({step.attribute})." for step in load.path)
    return addition(", ".join(f"{way}undefer({column})" for column in columns), root, owner)
