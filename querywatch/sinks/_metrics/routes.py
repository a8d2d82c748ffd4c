"""What an exporter keeps for each method and route, made once and within the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from querywatch.sinks._metrics.labels import Bounded

T = TypeVar("T")


class Routes(Generic[T]):
    """Every method and route, as far as *names* lets them in; *make* makes what is kept of one."""

    def __init__(self, make: Callable[[str, str], T], names: Bounded) -> None:
        self._make = make
        self._names = names
        self._routes: dict[tuple[str, str], T] = {}

    def of(self, method: str, route: str) -> T:
        """Return what is kept of *route*, or of `<other>` beyond the limit."""
        return self._routes.get((method, route)) or self._admitted(method, route)

    def _admitted(self, method: str, route: str) -> T:
        key = method, self._names(route, method)
        return self._routes.get(key) or self._routes.setdefault(key, self._make(*key))
