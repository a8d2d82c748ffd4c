"""Which database a query went to."""

from __future__ import annotations

from typing import Any, Final

_IN_MEMORY: Final = frozenset({None, "", ":memory:"})


class Engines:
    """Names the engines of one recording by URL, without password and options."""

    def __init__(self) -> None:
        self._pools: dict[str, list[Any]] = {}
        self._names: dict[int, str] = {}

    def name(self, engine: Any) -> str:
        """Return the name of *engine*, the same for the same database."""
        # By id: the raw records keep every engine alive as long as this lives.
        name = self._names.get(id(engine))
        if name is None:
            name = self._names[id(engine)] = self._name(engine)
        return name

    def _name(self, engine: Any) -> str:
        name: str = engine.url.render_as_string(hide_password=True).split("?", 1)[0]
        if engine.dialect.name != "sqlite" or engine.url.database not in _IN_MEMORY:
            return name
        # Databases in memory have one URL; what makes them two is where they are kept.
        pools = self._pools.setdefault(name, [])
        if engine.pool not in pools:
            pools.append(engine.pool)
        number = pools.index(engine.pool) + 1
        return name if number == 1 else f"{name} #{number}"
