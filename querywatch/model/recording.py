"""All queries of one unit of work."""

from dataclasses import dataclass, field, fields
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from querywatch.model.query import Query
from querywatch.model.query import field as query_field

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_ORIGIN: Final = query_field("origin")
_DURATION: Final = query_field("duration")


class Request(NamedTuple):
    """The HTTP request or WebSocket a recording belongs to.

    `route` is the template (`/orders/{order_id}`), or `<unmatched>`; never the path that was
    asked for. `endpoint` is the function's name. `status` is None while none was sent.
    """

    method: str
    route: str
    endpoint: str = ""
    status: int | None = None

    @property
    def label(self) -> str:
        """`GET /orders`."""
        return f"{self.method} {self.route}"


@dataclass(frozen=True)
class Recording:
    """The queries of one unit of work: a request, a test, a job.

    `started` is Unix time and `duration` how long the unit took, both in seconds. At most a
    bounded number of queries is kept: `dropped` more ran, taking `dropped_duration` seconds.
    `setup_statements` counts what is not a query: savepoints, PRAGMA, catalog look-ups, a
    driver's first words on a new connection. `outside` counts statements that ran in threads
    no recording could be found for. `engines` is how many engines of the process have connected
    so far, None where nobody counted. `overhead` is the seconds that querywatch itself took to
    resolve and judge it.
    """

    label: str
    queries: tuple[Query, ...] = ()
    started: float = 0.0
    duration: float = 0.0
    dropped: int = 0
    dropped_duration: float = 0.0
    setup_statements: int = 0
    outside: int = 0
    engines: int | None = None
    request: Request | None = None
    notes: tuple[str, ...] = field(default=())
    overhead: float = field(default=0.0, compare=False)

    @property
    def query_count(self) -> int:
        """How many queries ran, those not kept included."""
        return len(self.queries) + self.dropped

    @cached_property
    def by_statement(self) -> dict[str, list[Query]]:
        """The queries of each statement, in the order of first appearance."""
        groups: dict[str, list[Query]] = {}
        last = None
        for query in self.queries:
            text = query.statement
            # A loop runs one statement again and again: no need to look for its group.
            if text is not last:
                last = text
                add = groups.setdefault(text, []).append
            add(query)
        return groups

    def once(self, work: "Callable[[Recording], T]") -> T:
        """Return what *work* makes of this recording, made when it is asked for the first time."""
        if work not in self._made:
            self._made[work] = work(self)
        made: T = self._made[work]
        return made

    def __getstate__(self) -> dict[str, Any]:
        # What was worked out goes by the identity of objects, which a copy does not share.
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def _made(self) -> dict[Any, Any]:
        return {}

    @cached_property
    def origins(self) -> frozenset[str]:
        """What sent the queries: most detectors have nothing to look at where theirs is missing."""
        return frozenset(map(_ORIGIN, self.queries))

    @cached_property
    def db_duration(self) -> float:
        """Seconds spent in the driver, summed over all queries."""
        return fsum(map(_DURATION, self.queries)) + self.dropped_duration
