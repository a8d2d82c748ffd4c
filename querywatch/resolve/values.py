"""Values become numbers that tell equal from different, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from querywatch.model import Value
    from querywatch.resolve.statements import Resolved


class Tokens:
    """Numbers for the values of one recording."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}

    def of(self, value: object) -> int:
        """Return the number of *value*; one that cannot be compared equals nothing else."""
        try:
            return self.numbers.setdefault(value, len(self.numbers))
        except Exception:  # noqa: BLE001 - unhashable, or the application's own __hash__ fails
            return self._by_text(value)

    def _by_text(self, value: object) -> int:
        try:
            key: object = (type(value), repr(value))
        except Exception:  # noqa: BLE001
            key = object()
        return self.numbers.setdefault(key, len(self.numbers))


def values_of(statement: Resolved, kept: Any, tokens: Tokens) -> tuple[Value, ...]:
    """Return one value per parameter of *statement*, () where they were not kept or not found."""
    if kept is None:
        return ()
    plain = statement.plain
    if plain is None:
        return _values_of(statement, kept, tokens)
    # By far the most: each value stands where the statement said.
    numbers = tokens.numbers
    try:
        values = [key if key.__class__ is tuple else kept[key] for key in plain]
        return tuple([numbers.setdefault(value, len(numbers)) for value in values])
    except Exception:  # noqa: BLE001 - what cannot be compared or found goes the long way
        return _values_of(statement, kept, tokens)


def _values_of(statement: Resolved, kept: Any, tokens: Tokens) -> tuple[Value, ...]:
    try:
        return tuple(
            _value([_look_up(kept, key, parameter.role) for key in bind], parameter.role, tokens)
            for bind, parameter in zip(statement.binds, statement.parameters, strict=True)
        )
    except (LookupError, TypeError):
        return ()


def _look_up(kept: Any, key: Any, role: str) -> Any:
    if isinstance(key, tuple):
        return key
    if role == "list" and isinstance(key, str) and key not in kept:
        return _expanded(kept, key)
    return kept[key]


def _expanded(kept: Any, name: str) -> list[Any]:
    # SQLAlchemy took the list out and put its members in: `id_1`, `id_2`, ..., or `key_1_1`,
    # `key_1_2`, ... where a member is a row.
    found: list[Any] = []
    while True:
        member = f"{name}_{len(found) + 1}"
        if member not in kept and f"{member}_1" not in kept:
            return found
        found.append(kept[member] if member in kept else tuple(_expanded(kept, member)))


def _value(found: list[Any], role: str, tokens: Tokens) -> Value:
    if role != "list":
        return tokens.of(found[0])
    if len(found) == 1 and isinstance(found[0], (list, tuple, set, frozenset)):
        literal = isinstance(found[0], tuple) and len(found[0]) == 1
        found = found if literal else list(found[0])
    return tuple(tokens.of(value) for value in found)
