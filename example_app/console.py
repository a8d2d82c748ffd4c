"""Reading what querywatch prints: which finding belongs to which request."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

REQUEST = re.compile(r"^querywatch {2}(?P<method>[A-Z]+) (?P<path>\S+) ")
FINDING = re.compile(r"^ {2}(?P<code>QW\d{3}) (?P<text>.*)$")
DETAIL = re.compile(r"^ {4}(?P<key>used|loaded|query|fix) +(?P<text>.*)$")


@dataclass
class Printed:
    """One finding as it stands in the terminal: its first line and the lines below it."""

    code: str
    headline: str
    details: dict[str, str] = field(default_factory=dict)


def read_findings(lines: Iterable[str]) -> dict[tuple[str, str], list[Printed]]:
    """Return the findings in *lines* by the method and path of their request."""
    findings: dict[tuple[str, str], list[Printed]] = {}
    current: list[Printed] = []
    for line in lines:
        if request := REQUEST.match(line):
            current = findings.setdefault((request["method"], request["path"]), [])
        elif finding := FINDING.match(line):
            current.append(Printed(finding["code"], finding["text"]))
        elif (detail := DETAIL.match(line)) and current:
            current[-1].details.setdefault(detail["key"], detail["text"])
    return findings
