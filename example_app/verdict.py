"""Holding what querywatch printed against what the catalogue expects of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from httpx import Response

from example_app.catalogue import Pair
from example_app.console import Printed

QUERIES = re.compile(r'desc="(\d+) quer')
TITLES = ("code", "subject", "sin", "queries", "", "cure", "queries", "")
ROW = "{:5}  {:29}  {:28}  {:>7}  {:10}  {:30}  {:>7}  {}"


@dataclass(frozen=True)
class Verdict:
    """One pair, the queries each side took, and what querywatch said of each."""

    pair: Pair
    sin_queries: int | None
    cure_queries: int | None
    sin: str
    cure: str

    @property
    def is_right(self) -> bool:
        """Say whether the sin was found and the cure was silent."""
        return self.sin == "found" and self.cure == "silent"


def judge(
    pair: Pair,
    answers: Mapping[str, Response],
    findings: Mapping[tuple[str, str], Sequence[Printed]],
) -> Verdict:
    """Compare the answers and the findings of both sides of *pair* with the catalogue."""
    sin, cure = answers[pair.sin], answers[pair.cure]
    return Verdict(
        pair,
        sin_queries=_queries(sin),
        cure_queries=_queries(cure),
        sin=_judge_sin(pair, findings.get((pair.method, pair.sin), ())),
        cure=_judge_cure(sin, cure, findings.get((pair.method, pair.cure), ())),
    )


def table(verdicts: Iterable[Verdict]) -> str:
    """Lay the verdicts out, one line each."""
    lines = [ROW.format(*TITLES)]
    for verdict in verdicts:
        pair = verdict.pair
        subject = pair.subject or pair.title
        sin = (pair.sin, str(verdict.sin_queries), verdict.sin)
        cure = (pair.cure, str(verdict.cure_queries), verdict.cure)
        lines.append(ROW.format(pair.code, subject, *sin, *cure))
    return "\n".join(lines)


def _judge_sin(pair: Pair, findings: Sequence[Printed]) -> str:
    if not findings:
        return "MISSED"
    if {finding.code for finding in findings} != {pair.code}:
        return "WRONG CODE"
    if not any(_is_expected(pair, finding) for finding in findings):
        return "WRONG TEXT"
    return "found"


def _is_expected(pair: Pair, finding: Printed) -> bool:
    headline = finding.headline.replace("\N{RIGHTWARDS ARROW}", "->")
    expected = {"used": pair.used, "loaded": pair.loaded, "fix": pair.fix}
    return (
        pair.subject in headline
        and pair.function in headline
        and all(part in finding.details.get(key, "") for key, part in expected.items())
    )


def _judge_cure(sin: Response, cure: Response, findings: Sequence[Printed]) -> str:
    if findings:
        return "ACCUSED"
    if _queries(cure) is None:
        # Silence says something only of a request that was watched.
        return "UNWATCHED"
    if _body(sin) != _body(cure):
        return "OTHER ANSWER"
    return "silent"


def _body(response: Response) -> Any:
    return response.raise_for_status().json()


def _queries(response: Response) -> int | None:
    found = QUERIES.search(response.headers.get("server-timing", ""))
    return int(found[1]) if found else None
