"""What the ORM was loading, in words of the mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import FromStatement

from querywatch.capture import orm
from querywatch.model import Load, Step

if TYPE_CHECKING:
    from querywatch.capture import RawRecord
    from querywatch.fingerprint import Shape
    from querywatch.model import Origin
    from querywatch.resolve.statements import Resolved

_ORIGINS: Final[dict[int, Origin]] = {
    orm.LAZY: "lazy",
    orm.COLUMN: "column",
    orm.REFRESH: "refresh",
    orm.EAGER: "eager",
    orm.GET: "get",
    orm.FLUSH: "flush",
    orm.BULK: "bulk",
    orm.BATCHES: "select",
}
_UNLOADABLE: Final = frozenset({"dynamic", "write_only"})
_MEMO: Final = "_querywatch_unloadable"


def origin_of(raw: RawRecord, statement: Resolved) -> Origin:
    """Tell what kind of act sent the statement."""
    if raw.load is not None:
        return _ORIGINS[raw.load[0]]
    if isinstance(raw.statement.subject, FromStatement):
        return "text"
    if statement.is_orm:
        return "select"
    if raw.statement.is_text:
        return "text" if raw.statement.subject is not None else "driver"
    return "core"


def load_of(raw: RawRecord, statement: Resolved) -> Load | None:
    """Describe what the ORM was loading for an object, None where it loaded for none."""
    kind = raw.load[0] if raw.load is not None else None
    if kind in {orm.COLUMN, orm.REFRESH}:
        return _columns(raw)
    if kind in {orm.LAZY, orm.EAGER} and statement.load is not None:
        return statement.load
    load = statement.load if kind in {None, orm.GET, orm.BATCHES} else None
    return load if load is not None and load.strategy in _UNLOADABLE else None


def shared_load(path: Any, shape: Shape, entities: tuple[type, ...]) -> Load | None:
    """Describe what every execution of a statement loads, but for the object it loads for."""
    if steps := orm.steps_of(path):
        return _load_for(steps[-1][1], steps)
    return _unloadable(shape, entities)


def _load_for(prop: Any, steps: list[tuple[Any, Any]]) -> Load:
    return Load(
        subject=str(prop),
        path=tuple(Step(str(step), bool(step.uselist)) for _, step in steps),
        owner=prop.parent.class_.__name__,
        base=prop.parent.base_mapper.class_.__name__,
        target=prop.mapper.class_.__name__,
        strategy=str(prop.lazy),
        recursive=prop.mapper.base_mapper is prop.parent.base_mapper,
    )


def _columns(raw: RawRecord) -> Load | None:
    if raw.load is None:
        return None
    _, owner, (expired, all_expired) = raw.load
    mapper = owner.__mapper__
    only = raw.statement.only or ()
    columns = tuple(sorted(name for name in only if name in mapper.column_attrs))
    cause = _cause(mapper, columns, expired=expired, all_expired=all_expired)
    one = f"{owner.__name__}.{columns[0]}" if len(columns) == 1 else owner.__name__
    return Load(
        subject=one,
        owner=owner.__name__,
        base=mapper.base_mapper.class_.__name__,
        columns=columns,
        cause=cause,
        strategy="deferred" if _defers(mapper, columns) else "",
    )


def _defers(mapper: Any, columns: tuple[str, ...]) -> bool:
    return all(mapper.column_attrs[name].deferred for name in columns)


def _cause(mapper: Any, columns: tuple[str, ...], *, expired: bool, all_expired: bool) -> str:
    if expired:
        return "expired"
    if mapper.inherits is not None and columns:
        inherited = mapper.base_mapper.column_attrs
        if not any(name in inherited for name in columns):
            return "polymorphic"
    return "expired" if all_expired else "deferred"


def _unloadable(shape: Shape, entities: tuple[type, ...]) -> Load | None:
    # `order.items.select()` of a write-only or dynamic relationship is an ordinary select by the
    # time it runs: told by what it selects and by the column of the parent it compares with.
    compared = {slot.column for slot in shape.slots if slot.role == "equal"}
    for target in entities if compared else ():
        mapper: Any = getattr(target, "__mapper__", None)
        for prop in _unloadable_relationships(mapper.registry):
            if prop.mapper is mapper and compared & {str(one) for one in prop.remote_side}:
                return _load_for(prop, [(prop.parent, prop)])
    return None


def _unloadable_relationships(registry: Any) -> list[Any]:
    # Kept on the registry itself, and gone with it, as long as it has the same classes.
    mappers = registry.mappers
    known: tuple[int, list[Any]] | None = registry.__dict__.get(_MEMO)
    if known is None or known[0] != hash(mappers):
        props = [prop for mapper in mappers for prop in mapper.relationships]
        known = (hash(mappers), [prop for prop in props if prop.lazy in _UNLOADABLE])
        setattr(registry, _MEMO, known)
    return known[1]
