"""What can be told of a statement once, however often it runs."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import inspect

from querywatch.capture import orm
from querywatch.capture.statement import Statement
from querywatch.fingerprint import Shape, Slot, shape
from querywatch.model import Load, Parameter, Step
from querywatch.resolve.loads import shared_load

_NAMED: Final = (
    r"(?s)%\((?P<percent>[^)]+)\)s|:(?P<colon>[^\W\d]\w*)|:\"(?P<quoted>[^\"]+)\"|@(?P<at>\w+)"
    r"|__\[POSTCOMPILE_(?P<expanding>\w+).*"
)
_CACHED_LENGTH: Final = 10_000
_CACHED_TEXTS: Final = 1_000

Bind: TypeAlias = "tuple[Any, ...]"
"""Where one `?` finds its values: names or positions of binds, a literal as a one-tuple."""


class Text(NamedTuple):
    """What the text of a statement tells by itself."""

    shape: Shape
    binds: tuple[Bind, ...]
    plain: tuple[Any, ...] | None
    only: Any
    compared: frozenset[str]


class Resolved(NamedTuple):
    """A statement's shape and what the ORM selects with it."""

    shape: Shape
    parameters: tuple[Parameter, ...]
    binds: tuple[Bind, ...]
    plain: tuple[Any, ...] | None
    only: Any
    """Where its one value stands, None where it has none, or several, or a literal."""
    entities: tuple[type, ...]
    joined: tuple[tuple[str, tuple[tuple[Any, Any], ...]], ...]
    aliased: tuple[Any, ...]
    is_orm: bool
    names: tuple[str, ...]
    eager: tuple[str, ...]
    load: Load | None
    usages: dict[Any, Any]
    """What `templates` keeps of the places that run it."""
    brings: dict[Any, bool]
    """Whether it brings in objects of a class, by what it loaded for and that class."""
    ways: dict[Any, tuple[Step, ...]]
    """The whole path of what is loaded for its objects, as `templates` keeps it."""


def resolved(statement: Statement) -> Resolved:
    """Return what is known of *statement*, worked out when it is asked for the first time."""
    if statement.memo is None:
        statement.memo = _resolve(statement)
    memo: Resolved = statement.memo
    return memo


def _resolve(statement: Statement) -> Resolved:
    text = _text(statement.sql, statement.dialect, statement.positions)
    is_orm = orm.is_orm(statement.state)
    selected = _selected(statement.subject)
    entities = _mapped(selected)
    joined = tuple((via, tuple(path)) for via, path in orm.joined_paths(statement.state))
    return Resolved(
        shape=text.shape,
        parameters=_parameters(text, entities, statement.subject),
        binds=text.binds,
        plain=text.plain,
        only=text.only,
        entities=entities,
        joined=joined,
        aliased=_aliased(selected),
        is_orm=is_orm,
        names=tuple(entity.__name__ for entity in entities),
        eager=tuple(_dotted(path) for _, path in joined),
        load=shared_load(statement.path, text.shape, entities) if is_orm else None,
        usages={},
        brings={},
        ways={},
    )


def _text(sql: str, dialect: str, positions: tuple[str, ...] | None) -> Text:
    # Each engine has compiled objects of its own: a suite that makes one per test resolves the
    # same few texts again and again.
    read = _known_text if len(sql) <= _CACHED_LENGTH else _read_text
    return read(sql, dialect, positions)


def _read_text(sql: str, dialect: str, positions: tuple[str, ...] | None) -> Text:
    found = shape(sql, dialect)
    binds = _binds(found.slots, positions)
    plain = _plain(binds, found.slots)
    return Text(
        shape=found,
        binds=binds,
        plain=plain,
        only=_only(plain or ()),
        compared=frozenset(slot.column for slot in found.slots if slot.column),
    )


_known_text = lru_cache(_CACHED_TEXTS)(_read_text)


def _dotted(path: tuple[tuple[Any, Any], ...]) -> str:
    return ".".join((path[0][0].class_.__name__, *(prop.key for _, prop in path)))


def _selected(statement: Any) -> tuple[Any, ...]:
    """List the classes and aliases that a select was given, or an insert that returns objects."""
    try:
        given = dict.fromkeys(column.get("entity") for column in _descriptions(statement))
    except Exception:  # noqa: BLE001 - not every construct can describe itself
        return ()
    entities = (inspect(entity, raiseerr=False) for entity in given)
    return tuple(entity for entity in entities if hasattr(entity, "mapper"))


def _descriptions(statement: Any) -> list[Any]:
    if getattr(statement, "is_dml", False):
        return [statement.entity_description] if statement.exported_columns else []
    descriptions: list[Any] = statement.column_descriptions
    return descriptions


def _mapped(entities: tuple[Any, ...]) -> tuple[type, ...]:
    return tuple(dict.fromkeys(entity.mapper.class_ for entity in entities))


def _aliased(entities: tuple[Any, ...]) -> tuple[Any, ...]:
    plain = {entity.mapper for entity in entities if not entity.is_aliased_class}
    return tuple(e for e in entities if e.is_aliased_class and e.mapper not in plain)


def _named(statement: Any) -> tuple[type, ...]:
    try:
        return orm.classes_named(statement)
    except Exception:  # noqa: BLE001 - not every construct can be walked through
        return ()


def _parameters(text: Text, entities: tuple[type, ...], subject: Any) -> tuple[Parameter, ...]:
    names: dict[str, str] = {}
    if text.compared:
        names = _names(entities)
        # A column has one name in one class; further classes are looked for where that is not
        # enough, or where a base class may give the column another.
        if not text.compared <= names.keys() or any(_inherits(entity) for entity in entities):
            names |= _names(_named(subject))
    return tuple(
        Parameter(slot.role, names.get(slot.column, slot.column)) for slot in text.shape.slots
    )


def _inherits(entity: Any) -> bool:
    mapper = entity.__mapper__
    return mapper.inherits is not None or mapper.polymorphic_on is not None


def _names(entities: tuple[type, ...]) -> dict[str, str]:
    return {column: name for entity in entities for column, name in _attributes(entity).items()}


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


def _plain(binds: tuple[Bind, ...], slots: tuple[Slot, ...]) -> tuple[Any, ...] | None:
    """Return where each value stands, or a literal itself; None where one is a list or a row."""
    if any(len(bind) != 1 for bind in binds) or any(slot.role == "list" for slot in slots):
        return None
    return tuple(bind[0] for bind in binds)


def _only(plain: tuple[Any, ...]) -> Any:
    return plain[0] if len(plain) == 1 and not isinstance(plain[0], tuple) else None


def _numbered(slots: tuple[Slot, ...], positions: tuple[str, ...]) -> tuple[str, ...]:
    if not positions:
        return ()
    # `$1` counts only the binds that are not expanded into a list later.
    tokens = (re.fullmatch(_NAMED, token) for slot in slots for token in slot.source)
    expanding = {token["expanding"] for token in tokens if token is not None}
    return tuple(name for name in positions if name not in expanding)


def _key(token: str, numbered: tuple[str, ...], order: Iterator[Any]) -> Any:
    if token in {"?", "%s"}:
        return next(order, None)
    named = re.fullmatch(_NAMED, token)
    if named is not None:
        name = next(filter(None, named.groups()))
        if named["expanding"]:
            next(order, None)
        return name
    if token[:1] in {"$", "?", ":"} and token[1:].isdigit():
        number = int(token[1:]) - 1
        return numbered[number] if number < len(numbered) else number
    return (token,)
