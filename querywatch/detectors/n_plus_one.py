"""QW101: one relationship lazily loaded for several parents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from querywatch.detectors.checks import Rule, check_count
from querywatch.detectors.evidence import finding, followers, loaded_at
from querywatch.detectors.groups import Group, lazy_groups
from querywatch.detectors.options import addition, missing_subclass, option, statements_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from querywatch.model import Finding, Recording

_UNTIED: Final = 3


class NPlusOne(Rule):
    """Object to a relationship loaded lazily for *parents* or more objects of one query."""

    def __init__(self, parents: int = 2) -> None:
        self.parents = parents
        check_count(self, "parents")

    def __call__(self, recording: Recording) -> Iterator[Finding]:
        """Yield one finding per loop; of loops within loops the innermost speaks for all."""
        for loop, chain in self.loops(recording):
            yield _finding(loop, chain, recording)

    def loops(self, recording: Recording) -> Iterator[tuple[Group, list[Group]]]:
        """Yield each innermost loop, with all the loops it speaks for."""
        if "lazy" not in recording.origins:
            return
        loops = [
            group
            for group in recording.once(lazy_groups)
            if group.parents >= self.parents and group.together(self.parents, _UNTIED)
        ]
        outer = {above for loop in loops for above in loop.chain()[:-1]}
        spoken: set[Group] = set()
        for loop in loops:
            if loop not in outer:
                chain = [group for group in loop.chain() if group in loops and group not in spoken]
                spoken.update(chain)
                yield loop, chain


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
        # A mapper may load its subclasses along without being asked.
        likely=missing_subclass(loop.chain()[0].load, loop.root) != "",
    )


def _fix(loop: Group) -> str:
    load, root = loop.load, loop.root
    owner = load.path[0].attribute.partition(".")[0]
    options = option(load.path, root, recursive=load.recursive)
    if base := missing_subclass(loop.chain()[0].load, root):
        options = f"selectin_polymorphic({base}, [{owner}]), {options}"
    fix = addition(options, root, owner)
    if _is_expired(loop):
        return f"{fix}, and expire_on_commit=False to the session"
    return fix


def _is_expired(loop: Group) -> bool:
    return any(group.is_expired for group in loop.chain())


def _in_batches(loop: Group) -> bool:
    # There an eager loader runs once per batch, or once per object.
    batched = loop.root is not None and loop.root.batch > 0
    return batched or any(step.via == "immediateload" for step in loop.load.path)


def _queries_after(loop: Group, recording: Recording) -> int | None:
    root = loop.root
    if root is None or loop.load.recursive or _is_expired(loop) or _in_batches(loop):
        return None
    chain = loop.chain()
    lazy = chain[0].queries if len(chain) == 1 else [q for group in chain for q in group.queries]
    eager = followers(lazy, recording)
    kept = {query.load.subject for query in eager if query.load}
    new = sum(
        statements_of(group.load.path[-1], root, parents)
        for group in chain
        for parents in group.parents_by_root()
    )
    new += missing_subclass(chain[0].load, root) != ""
    return recording.query_count - len(lazy) - len(eager) + len(kept) + new
