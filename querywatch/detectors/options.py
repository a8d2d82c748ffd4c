"""The loader option that cures a loop, as one would write it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from querywatch.model import Load, Query, Step

SELECTIN_BATCH: Final = 500
"""selectinload sends one statement for so many parents (SQLAlchemy's own number)."""


def loader(step: Step, root: Query | None) -> str:
    """Name the loader for one step: `joinedload` for to-one, `selectinload` for collections."""
    if step.via:
        return step.via
    return "selectinload" if step.many or not _can_join(root) else "joinedload"


def _can_join(root: Query | None) -> bool:
    # Neither a text nor INSERT ... RETURNING takes a join, and PostgreSQL refuses FOR UPDATE on
    # an outer join.
    if root is None:
        return True
    return root.origin not in {"text", "bulk"} and " FOR UPDATE" not in root.statement


def option(path: Sequence[Step], root: Query | None, *, recursive: bool = False) -> str:
    """Write `selectinload(Author.books).selectinload(Book.chapters)`."""
    if recursive:
        return f"selectinload({path[-1].attribute}, recursion_depth=-1)"
    return ".".join(f"{loader(step, root)}({step.attribute})" for step in path)


def addition(options: str, root: Query | None, owner: str) -> str:
    """Say where *options* go: into the statement, or into Session.get()."""
    if root is None:
        return f"add .options({options}) to the query that loaded {owner}"
    if root.origin in {"get", "refresh"}:
        return f"add options=[{options}]"
    note = " with the alias selected there" if owner == "alias" else ""
    return f"add .options({options}){note}"


def missing_subclass(load: Load, root: Query | None) -> str:
    """Name the base that *root* selected where *load* needs a subclass of it, "" otherwise."""
    owner = load.path[0].attribute.partition(".")[0] if load.path else load.owner
    if root is None or not root.entities or owner in {"alias", *root.entities}:
        return ""
    return load.base if load.base in root.entities and load.owner == owner else ""


def statements_of(step: Step, root: Query | None, parents: int) -> int:
    """Count the statements that one lazily loaded step costs once it is loaded eagerly."""
    if step.via or loader(step, root) == "joinedload":
        return 0
    return ceil(parents / SELECTIN_BATCH)
