"""One objection, with its evidence."""

from dataclasses import dataclass
from typing import Final

from querywatch.model.callsite import CallSite

KINDS: Final[dict[str, str]] = {
    "QW101": "n_plus_one",
    "QW102": "column_loop",
    "QW103": "query_loop",
    "QW104": "write_loop",
    "QW201": "duplicate_query",
    "QW202": "cartesian_product",
    "QW203": "unused_eager_load",
    "QW301": "query_budget",
    "QW302": "time_budget",
    "QW303": "slow_query",
    "QW401": "engine_per_request",
    "QW402": "connection_leak",
    "QW403": "pool_wait",
    "QW404": "blocked_event_loop",
    "QW405": "idle_transaction",
    "QW406": "schema_change",
    "QW407": "primary_read",
}
"""Every code of the rule book and the kind it stands for; codes never change their meaning."""


@dataclass(frozen=True)
class Finding:
    """One objection to how a unit of work used its database.

    `code` is one of the rule book's, or whatever a detector of the application's own calls it.
    `message` says what happened without the code and the place; `count` is the number of
    repeats and `duration` their seconds. `statement` is the fingerprint. `used_at` ran the
    repeats, `callers` called it from further out; where no line of the application was running
    `place` says in words when it happened. `loaded_at` is the line of the query that loaded the
    parents. `fix` is what to write, `fix_at` where. `queries_before` and `queries_after` are the
    whole recording's queries without and with the fix, None where that is not known; `likely`
    marks a prediction that rests on an assumption. `evidence` holds the numbers of the queries
    objected to.
    """

    code: str
    subject: str
    message: str
    count: int = 1
    duration: float = 0.0
    statement: str = ""
    used_at: CallSite | None = None
    callers: tuple[CallSite, ...] = ()
    place: str = ""
    loaded_at: CallSite | None = None
    fix: str | None = None
    fix_at: CallSite | None = None
    queries_before: int | None = None
    queries_after: int | None = None
    likely: bool = False
    evidence: tuple[int, ...] = ()

    @property
    def kind(self) -> str:
        """The rule's name, `n_plus_one` for QW101; its code where it is none of the rule book."""
        return KINDS.get(self.code, self.code)

    @property
    def title(self) -> str:
        """The kind in words, or a code that the rule book does not have."""
        if self.code not in KINDS:
            return self.code
        return "N+1" if self.code == "QW101" else self.kind.replace("_", " ")

    @property
    def queries_saved(self) -> int:
        """How many queries the fix saves; 0 where that is not known."""
        if self.queries_before is None or self.queries_after is None:
            return 0
        return self.queries_before - self.queries_after

    @property
    def headline(self) -> str:
        """The first line: code, kind, what, where and how long."""
        where = f" at {self.used_at}" if self.used_at else ""
        if not where and self.place:
            where = f" at {self.place}"
        name = f"{self.code} {self.title}" if self.code in KINDS else self.code
        return f"{name}: {self.message}{where}  [{self.duration * 1e3:.1f} ms]"

    @property
    def prediction(self) -> str:
        """`13 → 2 queries`, with `likely` where it rests on an assumption, or ""."""
        if self.queries_before is None or self.queries_after is None:
            return ""
        unit = "query" if self.queries_after == 1 else "queries"
        likely = "likely " if self.likely else ""
        return f"{likely}{self.queries_before} → {self.queries_after} {unit}"

    @property
    def cure(self) -> str:
        """The whole line of the fix: where, what, and what it will bring; "" without a fix."""
        if not self.fix:
            return ""
        place = f"{self.fix_at.location}  " if self.fix_at else ""
        return f"{place}{self.fix}" + (f"   {self.prediction}" if self.prediction else "")
