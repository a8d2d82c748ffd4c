"""One operation of a REST API, and what is asked of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from tools.real.prefect_rows import Rows

Body: TypeAlias = dict[str, Any] | list[Any] | None
Ask: TypeAlias = tuple[str, Body]


@dataclass(frozen=True)
class Endpoint:
    """One operation of the API; *ask* makes what it needs and returns its path and body."""

    title: str
    ask: Callable[[Rows], Awaitable[Ask]]

    @property
    def method(self) -> str:
        """The HTTP method, which the title begins with."""
        return self.title.split(" ", 1)[0]
