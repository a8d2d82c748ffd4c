"""What somebody decided to live with: `querywatch.allow()` and comments in the code."""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING, Final

from querywatch.errors import ConfigurationError
from querywatch.model import KINDS

if TYPE_CHECKING:
    from querywatch.model import CallSite, Finding, Recording

_COMMENT: Final = re.compile(r"#\s*querywatch:\s*ignore(?:\[(?P<codes>[^\]]*)\])?")
_CODE: Final = re.compile(r"QW\d+")


class Allowance:
    """Objections to *subject* are not raised for what runs while it holds.

    *subject* is a finding's subject (`Order.items`), one link of a chain, the summary its
    message begins with (`SELECT authors`), a kind or a code. `started` and `ended` are seconds
    of `perf_counter`.
    """

    def __init__(self, subject: str, reason: str, started: float) -> None:
        self.subject = subject
        self.reason = reason
        self.started = started
        self.ended = inf

    def covers(self, finding: Finding, recording: Recording, opened: float) -> bool:
        """Tell whether *finding* is allowed; *opened* is when its recording began."""
        if not is_named(finding, self.subject):
            return False
        moments = (opened + recording.queries[number].started for number in finding.evidence)
        return all(self.started <= moment <= self.ended for moment in moments)


def is_named(finding: Finding, subject: str) -> bool:
    """Tell whether *subject* names *finding*, in one of the ways an `Allowance` may."""
    names = {finding.subject, finding.code, finding.kind, *finding.subject.split(" -> ")}
    return subject in names or finding.message.startswith(f"{subject} ")


def checked_code(option: str, code: str) -> str:
    """Return *code* if it is one of the rule book's, and refuse it by name otherwise."""
    if code not in KINDS:
        msg = f"{option}: unknown code {code!r}; known are {', '.join(KINDS)}"
        raise ConfigurationError(msg)
    return code


def checked_subject(subject: object) -> str:
    """Return what `allow()` was given, refusing what can allow nothing."""
    if not isinstance(subject, str) or not subject.strip():
        msg = f"allow: subject must be a name such as 'Order.items' or a code, not {subject!r}"
        raise ConfigurationError(msg)
    return checked_code("allow", subject) if _CODE.fullmatch(subject) else subject


def ignored_by_comment(finding: Finding) -> bool:
    """Tell whether the used or the loaded line says `# querywatch: ignore[CODE] reason`."""
    return ignoring_site(finding) is not None


def ignoring_site(finding: Finding) -> CallSite | None:
    """Return the line with the comment that lets *finding* pass, None where there is none."""
    for site in (finding.used_at, finding.loaded_at):
        codes = ignored_codes(site.source) if site else None
        if codes is not None and (not codes or finding.code in codes):
            return site
    return None


def ignored_codes(line: str) -> frozenset[str] | None:
    """Return the codes that a comment on *line* ignores, none for all; None without a comment."""
    comment = _COMMENT.search(line)
    if comment is None:
        return None
    named = comment["codes"] or ""
    return frozenset(one.strip() for one in named.split(",") if one.strip())
