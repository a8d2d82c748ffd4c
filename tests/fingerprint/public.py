"""Statements of public test suites, cut where an independent tokenizer sees their values."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final, TypeAlias

from sqlalchemy.dialects.mssql import base as mssql
from sqlalchemy.dialects.mysql import reserved_words
from sqlalchemy.dialects.oracle import base as oracle
from sqlalchemy.dialects.postgresql import base as postgresql

Case: TypeAlias = list[str]
"""One statement: text, a value or comment, text, a value or comment, and so on."""

SOURCES: Final[dict[str, dict[str, Any]]] = json.loads(
    Path(__file__).with_name("public_cases.json").read_text(encoding="utf-8")
)
GROUPS: Final = [(name, dialect) for name, source in SOURCES.items() for dialect in source["cases"]]

_NAME = r'"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|\b\w+(?=\.)|(?<=\.)\w+|[@$#]\w+'
_COMMON: Final = """
    SELECT FROM WHERE AND OR NOT INSERT INTO UPDATE DELETE JOIN LEFT INNER OUTER ON GROUP BY ORDER
    HAVING UNION DISTINCT AS IN IS NULL LIKE BETWEEN EXISTS CASE WHEN THEN ELSE CREATE TABLE DESC
""".split()  # noqa: SIM905 - words read better than strings
# As SQLAlchemy knows them: each is quoted where it is a name.
_RESERVED: Final = {
    "postgresql": postgresql.RESERVED_WORDS - {"off"},
    "mysql": reserved_words.RESERVED_WORDS_MYSQL & reserved_words.RESERVED_WORDS_MARIADB,
    "mssql": mssql.RESERVED_WORDS,
    "oracle": oracle.RESERVED_WORDS,
}
_WORD: Final = re.compile(rf"(?P<name>{_NAME})|\b\w+\b")
_MEANING: Final = re.compile(r'"(?:[^"]|"")*"|`(?:[^`]|``)*`|[\w$]+|[<>=!|&~^%*/:@#]')
_PLAIN: Final = re.compile(r"[A-Za-z_]\w*")


def cases(name: str, dialect: str) -> list[Case]:
    """Return the statements of one group."""
    found: list[Case] = SOURCES[name]["cases"][dialect]
    return found


def is_comment(part: str) -> bool:
    """Tell whether what is between two texts is a comment."""
    return part.lstrip().startswith(("--", "/*", "#"))


def without_comments(case: Case) -> str:
    """Return the statement with a blank for each comment."""
    return "".join(" " if at % 2 and is_comment(part) else part for at, part in enumerate(case))


def with_other_values(case: Case) -> str:
    """Return the statement with another literal for each literal, of the same kind."""
    return "".join(
        _other(part) if at % 2 and not is_comment(part) else part for at, part in enumerate(case)
    )


def _other(literal: str) -> str:
    quoted = re.match(r"(?is)([a-z&_0-9]*)\s*(['\"])", literal)
    if quoted:
        prefix, quote = quoted[1], quoted[2]
        if prefix.lower() in {"q", "nq"}:
            return "'zq'"
        return prefix + quote + {"x": "0A", "b": "1"}.get(prefix.lower(), "zq") + quote
    if re.match(r"\$\D|\$\$", literal):
        return "'zq'"
    if re.match(r"0[xX]", literal):
        return "0x1F"
    return re.sub(r"^[0-9.]\S*", "7.5" if "." in literal else "7", literal)


def with_other_case(case: Case, dialect: str) -> str:
    """Return the statement with its reserved words in the other case."""
    reserved = {word.upper() for word in (*_COMMON, *_RESERVED.get(dialect, ()))}

    def swapped(found: re.Match[str]) -> str:
        keyword = not found["name"] and found[0].upper() in reserved
        return found[0].swapcase() if keyword else found[0]

    return "".join(part if at % 2 else _WORD.sub(swapped, part) for at, part in enumerate(case))


def with_another_name(case: Case) -> str:
    """Return the statement with its longest word made another one."""
    words = _PLAIN.findall(" ".join(case[::2]))
    longest = max(words, key=len)
    return "".join(
        part if at % 2 else re.sub(rf"\b{longest}\b", f"{longest}zz", part)
        for at, part in enumerate(case)
    )


def meaning(text: str) -> list[str]:
    """Return names, words and operators of *text*, each where it comes first."""
    return list(dict.fromkeys(_MEANING.findall(text.upper())))
