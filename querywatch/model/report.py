"""The value in the middle: a recording and its findings."""

from dataclasses import dataclass
from typing import Self

from querywatch.errors import FindingsError
from querywatch.model.finding import Finding
from querywatch.model.query import Query
from querywatch.model.recording import Recording


@dataclass(frozen=True)
class Report:
    """What was recorded and what is objected to, worst finding first.

    `allowed` holds the findings that somebody allowed, by `querywatch.allow()` or a comment:
    counted, shown, not objected to.
    """

    recording: Recording
    findings: tuple[Finding, ...] = ()
    allowed: tuple[Finding, ...] = ()

    @property
    def queries(self) -> tuple[Query, ...]:
        """The queries that were kept, in the order they ended."""
        return self.recording.queries

    @property
    def totals(self) -> str:
        """`13 queries 12.8 ms  1 finding`."""
        queries = plural(self.recording.query_count, "query", "queries")
        milliseconds = self.recording.db_duration * 1e3
        findings = plural(len(self.findings), "finding", "findings") if self.findings else "ok"
        return f"{queries} {milliseconds:.1f} ms  {findings}"

    def raise_for_findings(self) -> None:
        """Raise FindingsError when there is any finding."""
        if self.findings:
            raise FindingsError(self)

    def to_json(self, *, indent: int | None = None) -> str:
        """Write the report as JSON; docs/json.md describes the schema."""
        from querywatch.model import json  # noqa: PLC0415 - few who record also write

        return json.dumps(self, indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote, of this or an earlier schema version.

        Raises ValueError that names what is wrong with *text*.
        """
        from querywatch.model import json  # noqa: PLC0415 - few who record also read

        return cls(*json.loads(text))


def plural(count: int, one: str, many: str) -> str:
    """Write *count* with the word that fits it."""
    return f"{count:,} {one if count == 1 else many}"
