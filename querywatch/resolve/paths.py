"""The way from the entity a query selected to the relationship loaded below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from querywatch.capture import orm
from querywatch.model import Step

if TYPE_CHECKING:
    from querywatch.capture import RawRecord
    from querywatch.resolve.statements import Resolved

ALIAS: Final = "alias"
"""Stands for the application's own name of an alias, which nobody but its source knows."""


def classes_of(raw: RawRecord, statement: Resolved) -> tuple[type, ...]:
    """List the classes whose objects a query brings in."""
    found = list(statement.entities)
    if steps := orm.steps_of(raw.statement.path):
        found.append(steps[-1][1].mapper.class_)
    if raw.load is not None and raw.load[0] in {orm.COLUMN, orm.REFRESH}:
        found.append(raw.load[1])
    found += [prop.mapper.class_ for _, path in statement.joined for _, prop in path[-1:]]
    return tuple(found)


def brings(classes: tuple[type, ...], owner: type | None) -> bool:
    """Tell whether a query of *classes* can have brought in an object of *owner*."""
    if owner is None:
        return True
    return any(issubclass(owner, found) or issubclass(found, owner) for found in classes)


def joined_prefix(statement: Resolved, owner: type, root: type | None) -> tuple[Step, ...]:
    """Return the joined eager loads through which a query brought *owner* in, () for its root."""
    if any(brings((one,), owner) for one in (root, *statement.entities) if one is not None):
        return ()
    for via, path in statement.joined:
        if brings((path[-1][1].mapper.class_,), owner):
            return tuple(Step(str(prop), bool(prop.uselist), via) for _, prop in path)
    return ()


def named_for_alias(path: tuple[Step, ...], statement: Resolved) -> tuple[Step, ...]:
    """Let *path* begin at the alias that a query selected, as a loader option has to."""
    if not path:
        return path
    owner, _, key = path[0].attribute.partition(".")
    return (path[0]._replace(attribute=f"{name_of(owner, statement)}.{key}"), *path[1:])


def name_of(owner: str, statement: Resolved) -> str:
    """Name the class *owner* as a loader option on *statement* has to: by the alias selected."""
    for alias in statement.aliased:
        if alias.class_.__name__ == owner:
            return ALIAS
        if owner in {mapper.class_.__name__ for mapper in alias.with_polymorphic_mappers}:
            return f"{ALIAS}.{owner}"
    return owner


def root_of(raw: RawRecord, statement: Resolved) -> Any:
    """Return the class a query selects, or for a relationship load the class it loads."""
    if steps := orm.steps_of(raw.statement.path):
        return steps[-1][1].mapper.class_
    if raw.load is not None and raw.load[0] in {orm.COLUMN, orm.REFRESH}:
        return raw.load[1]
    return statement.entities[0] if statement.entities else None


def full_path(
    own: tuple[Step, ...], parent: tuple[Step, ...], joined: tuple[Step, ...]
) -> tuple[Step, ...]:
    """Put together the steps down to a relationship, the last of *own*.

    SQLAlchemy hands the whole way down where the outermost query had loader options, and only
    the last step otherwise; *parent* is the way to the query that brought the owner in, *joined*
    what that query joined to reach it.
    """
    if len(own) == 1 or len(own) == len(parent) + len(joined) + 1:
        return (*parent, *joined, own[-1])
    known = {step.attribute: step.via for step in (*parent, *joined)}
    way = (Step(step.attribute, step.many, known.get(step.attribute, "")) for step in own[:-1])
    return (*way, own[-1])
