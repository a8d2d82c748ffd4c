"""What can be told of a statement once, however often it runs."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from sqlalchemy import inspect

from querywatch.capture import orm
from querywatch.fingerprint import Shape, Slot, shape
from querywatch.model import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from querywatch.capture.statement import Statement

_SETUP: Final = re.compile(
    r"\s*(?:/\*.*?\*/\s*)*"
    r"(?:SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|START\s+TRANSACTION|PRAGMA|SET|SHOW|USE|DISCARD)\b",
    re.IGNORECASE | re.DOTALL,
)
_NAMED: Final = re.compile(
    r"%\((?P<percent>\w+)\)s|:(?P<colon>\w+)|@(?P<at>\w+)"
    r"|__\[POSTCOMPILE_(?P<expanding>\w+).*",
    re.DOTALL,
)
Bind: TypeAlias = "tuple[Any, ...]"
"""Where one `?` finds its values: names or positions of binds, a literal as a one-tuple."""


class Resolved(NamedTuple):
    """A statement's shape and what the ORM selects with it."""

    shape: Shape
    is_setup: bool
    parameters: tuple[Parameter, ...]
    binds: tuple[Bind, ...]
    entities: tuple[type, ...]
    joined: tuple[tuple[tuple[Any, Any], ...], ...]
    is_orm: bool


def resolved(statement: Statement) -> Resolved:
    """Return what is known of *statement*, worked out when it is asked for the first time."""
    if statement.memo is None:
        statement.memo = _resolve(statement)
    memo: Resolved = statement.memo
    return memo


def _resolve(statement: Statement) -> Resolved:
    found = shape(statement.sql, statement.dialect)
    is_orm = orm.is_orm(statement.state)
    entities = _entities(statement.subject) if is_orm else ()
    return Resolved(
        shape=found,
        is_setup=_SETUP.match(statement.sql[:200]) is not None,
        parameters=_parameters(found.slots, entities),
        # Only where lists are expanded were the values kept by name.
        binds=_binds(found.slots, statement.positions if statement.expands else None),
        entities=entities,
        joined=tuple(tuple(path) for path in orm.joined_paths(statement.state)),
        is_orm=is_orm,
    )


def _entities(statement: Any) -> tuple[type, ...]:
    try:
        descriptions = statement.column_descriptions
    except Exception:  # noqa: BLE001 - not every construct can describe itself
        return ()
    found = dict.fromkeys(column.get("entity") for column in descriptions)
    mapped = [getattr(entity, "__mapper__", None) or _aliased(entity) for entity in found]
    return tuple(mapper.class_ for mapper in mapped if mapper is not None)


def _aliased(entity: Any) -> Any:
    return getattr(inspect(entity, raiseerr=False), "mapper", None)


def _parameters(slots: tuple[Slot, ...], entities: tuple[type, ...]) -> tuple[Parameter, ...]:
    if not any(slot.column for slot in slots):
        return tuple(Parameter(slot.role) for slot in slots)
    names = {column: name for entity in entities for column, name in _attributes(entity).items()}
    return tuple(Parameter(slot.role, names.get(slot.column, slot.column)) for slot in slots)


def _attributes(entity: Any) -> dict[str, str]:
    mapper = entity.__mapper__
    return {
        str(column): f"{entity.__name__}.{attribute.key}"
        for attribute in mapper.column_attrs
        for column in attribute.columns
    }


def _binds(slots: tuple[Slot, ...], positions: tuple[str, ...] | None) -> tuple[Bind, ...]:
    order = iter(positions) if positions is not None else count()
    numbered = _numbered(slots, positions or ())
    return tuple(tuple(_key(token, numbered, order) for token in slot.source) for slot in slots)


def _numbered(slots: tuple[Slot, ...], positions: tuple[str, ...]) -> tuple[str, ...]:
    # `$1` counts only the binds that are not expanded into a list later.
    tokens = (_NAMED.fullmatch(token) for slot in slots for token in slot.source)
    expanding = {token["expanding"] for token in tokens if token is not None}
    return tuple(name for name in positions if name not in expanding)


def _key(token: str, numbered: tuple[str, ...], order: Iterator[Any]) -> Any:
    named = _NAMED.fullmatch(token)
    if token in {"?", "%s"}:
        return next(order, None)
    if named is not None:
        name = next(filter(None, named.groups()))
        if named["expanding"]:
            next(order, None)
        return name
    if token[:1] == "$" and token[1:].isdigit():
        number = int(token[1:]) - 1
        return numbered[number] if number < len(numbered) else number
    return (token,)
