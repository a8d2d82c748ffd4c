"""QW101: one relationship lazily loaded for several parents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from querywatch.detectors.evidence import finding, followers, loaded_at
from querywatch.detectors.groups import Group, lazy_groups
from querywatch.detectors.options import addition, option, statements_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from querywatch.model import Finding, Query, Recording

_UNTIED: Final = 3


@dataclass(frozen=True)
class NPlusOne:
    """Object to a relationship loaded lazily for *parents* or more objects of one query."""

    parents: int = 2

    def __call__(self, recording: Recording) -> Iterator[Finding]:
        """Yield one finding per loop; of loops within loops the innermost speaks for all."""
        loops = [
            group
            for group in lazy_groups(recording)
            if group.parents >= self.parents and group.together(self.parents, _UNTIED)
        ]
        outer = {above for loop in loops for above in loop.chain()[:-1]}
        spoken: set[Group] = set()
        for loop in loops:
            if loop not in outer:
                chain = [group for group in loop.chain() if group in loops and group not in spoken]
                spoken.update(chain)
                yield _finding(loop, chain, recording)


def _finding(loop: Group, loops: list[Group], recording: Recording) -> Finding:
    queries = [query for group in loops for query in group.queries]
    subject = " -> ".join(group.subject for group in loops)
    after = _queries_after(loop, recording)
    return finding(
        "QW101",
        subject,
        f"{subject} lazy-loaded {len(queries):,}×",
        queries,
        recording,
        shown=loop.queries,
        loaded_at=loaded_at(loop.root),
        fix=_fix(loop),
        fix_at=loaded_at(loop.root),
        queries_before=None if after is None else recording.query_count,
        queries_after=after,
    )


def _fix(loop: Group) -> str:
    load, root = loop.load, loop.root
    owner = load.path[0].attribute.partition(".")[0]
    fix = addition(option(load.path, root, recursive=load.recursive), root, owner)
    if _is_expired(loop):
        return f"{fix}, and expire_on_commit=False to the session"
    return fix


def _is_expired(loop: Group) -> bool:
    return any(load.cause == "expired" for group in loop.chain() for load in group.loads)


def _queries_after(loop: Group, recording: Recording) -> int | None:
    root = loop.root
    if root is None or loop.load.recursive or _is_expired(loop):
        return None
    lazy: list[Query] = [query for group in loop.chain() for query in group.queries]
    eager = followers(lazy, recording)
    kept = {query.load.subject for query in eager if query.load}
    steps = {step.attribute: step for step in loop.load.path}
    new = sum(
        statements_of(steps[group.subject], root, group.parents)
        for group in loop.chain()
        if group.subject in steps
    )
    return recording.query_count - len(lazy) - len(eager) + len(kept) + new
