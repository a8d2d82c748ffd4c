"""OpenTelemetry's `db.query.summary`: the operations of a statement and their targets.

The specification's grammar and test cases; where it is silent as OpenTelemetry's Java agent does
(UNION repeats its SELECT, names of common table expressions are left out, statements are joined
by `; `), except that names of users and logins are left out as its .NET libraries do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from querywatch.fingerprint.operations import (
    BEFORE_TARGET,
    DDL,
    FROM_ENDS,
    JOINING,
    LINKED,
    MEANING,
    MODIFIERS,
    NAMED_OBJECTS,
    NAMES,
    QUERIES,
    SECOND,
    SELECTING,
    SKIPPED,
    TARGETED,
    VERBS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from querywatch.fingerprint.tokens import Token

_MAX_LENGTH: Final = 255


class _Scope:
    """One level of brackets: its operation, and whether a target comes next."""

    __slots__ = ("expects", "fresh", "names_cte", "nested", "operation", "tables")

    def __init__(self, *, nested: bool = False) -> None:
        self.operation = ""
        self.nested = self.fresh = nested
        self.expects = self.tables = self.names_cte = False


class _Summary:
    """Reads the tokens of a text once, from left to right."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.parts: list[str] = []
        self.scope = _Scope()
        self.stack: list[_Scope] = []
        self.ctes: set[str] = set()
        self.words = ("", "")  # the two words before
        self.at = 0

    def read(self) -> list[str]:
        """Return operations and targets in the order of the text."""
        tokens = self.tokens
        while self.at < len(tokens):
            kind, text = tokens[self.at]
            self.at += 1
            if kind == "word":
                upper, scope = text.upper(), self.scope
                if scope.expects or scope.names_cte or upper in MEANING:
                    self.word(upper, text)
                self.words = (self.words[1], upper)
            elif kind in NAMES:
                self.identifier(text)
                self.words = (self.words[1], "")
            elif kind in _STRUCTURE:
                _STRUCTURE[kind](self)
                continue
            elif self.scope.expects and kind not in SKIPPED:
                self.value(text)
            self.scope.fresh = False
        return self.parts

    def value(self, text: str) -> None:
        """Take a quoted table of a database that takes strings for names; never a bare value."""
        if self.scope.operation in QUERIES and text[0] in "'\"" and text[-1] == text[0] != text:
            self.parts.append(text)
        self.scope.expects = False

    def item(self) -> None:
        scope = self.scope
        scope.expects = scope.tables
        scope.names_cte = scope.operation == "WITH"
        scope.fresh = False

    def leave(self) -> None:
        self.scope = self.stack.pop() if self.stack else _Scope()
        self.scope.fresh = False

    def end(self) -> None:
        self.scope, self.stack, self.ctes, self.words = _Scope(), [], set(), ("", "")
        if self.parts:
            self.parts[-1] = self.parts[-1].rstrip(";") + ";"

    def enter(self) -> None:
        outer, inner = self.scope, _Scope(nested=True)
        if outer.expects and outer.tables:
            inner.operation, inner.expects, inner.tables = outer.operation, True, True
        if self.words[1] != "TOP":
            outer.expects = False
        self.stack.append(outer)
        self.scope = inner

    def identifier(self, text: str) -> None:
        scope = self.scope
        if scope.names_cte:
            self.ctes.add(text.lower())
            scope.names_cte = False
        elif scope.expects:
            self.target(text)

    def target(self, text: str) -> None:
        scope = self.scope
        scope.expects = False
        whole = self.qualified(text)
        if whole.lower() not in self.ctes:
            self.parts.append(whole)

    def qualified(self, text: str) -> str:
        """Take the rest of a dotted name, and of Oracle's `name@link`."""
        pieces = [text]
        while self.at < len(self.tokens):
            kind, more = self.tokens[self.at]
            after_dot = pieces[-1][-1:] in {".", "@"} and len(pieces) > 1
            links = more[0] == "@" and self.scope.operation in LINKED
            if not (kind == "dot" or links or (after_dot and kind in {"word", "name", "path"})):
                break
            pieces.append(more)
            self.at += 1
        return "".join(pieces)

    def word(self, upper: str, text: str) -> None:
        scope = self.scope
        if scope.names_cte:
            if upper != "RECURSIVE":
                self.identifier(text)
        elif scope.expects and not (scope.fresh and upper in {"SELECT", "VALUES", "WITH"}):
            self.expected(upper, text)
        elif upper == "WITH" and self.may_begin():
            scope.operation, scope.names_cte = "WITH", True
            scope.expects = scope.tables = False
        elif upper == "SELECT" or self.is_verb(upper):
            self.verb(upper, text)
        else:
            self.clause(upper, text)

    def may_begin(self) -> bool:
        scope = self.scope
        if scope.nested:
            return scope.fresh
        in_ddl = scope.operation in DDL and self.words[1] == "AS"
        return scope.operation in {"", "INSERT", "EXPLAIN"} or in_ddl

    def is_verb(self, upper: str) -> bool:
        scope = self.scope
        if scope.operation in {"WITH", "EXPLAIN"}:
            return upper in QUERIES
        if scope.nested:
            in_cte = self.words[1] in {"AS", "MATERIALIZED"} or upper == "VALUES"
            return scope.fresh and in_cte and upper in QUERIES
        return not scope.operation and upper in VERBS

    def expected(self, upper: str, text: str) -> None:
        scope = self.scope
        if scope.operation in DDL:
            if upper == "ON":
                scope.expects = False
            elif upper not in BEFORE_TARGET:
                self.target(text)
        elif upper == "SET" or (upper == "NEXT" and scope.operation == "CALL"):
            # Hibernate's `call next value for a_sequence`.
            self.at += 2 if upper == "NEXT" else 0
            scope.expects = upper == "NEXT"
        elif upper == "OR" and scope.operation == "UPDATE":
            self.at += 1
        elif upper in {"ONLY", "LATERAL"} or (
            upper in BEFORE_TARGET and scope.operation != "SELECT"
        ):
            pass
        elif text[0] != "@" or self.tokens[self.at : self.at + 1] != [("other", "=")]:
            self.target(text)

    def verb(self, upper: str, text: str) -> None:
        scope = self.scope
        if upper == "SELECT" and not scope.fresh:
            aliased = self.words[1] == "AS" and scope.operation == "SELECT"
            elsewhere = bool(scope.operation) or scope.nested
            if aliased or (elsewhere and scope.operation not in SELECTING):
                return
        scope.operation = upper
        scope.expects, scope.tables = upper in TARGETED, False
        if upper != "VALUES" or not scope.nested:
            self.parts.append(text)
        if upper in SECOND:
            self.second(SECOND[upper])
        elif upper in DDL:
            self.object_type()

    def second(self, words: Sequence[str]) -> None:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind == "word" and text.upper() in words:
            self.parts.append(text)
            self.at += 1

    def object_type(self) -> None:
        for kind, text in self.tokens[self.at :]:
            upper = text.upper()
            if kind != "word":
                return
            self.at += 1
            if upper not in MODIFIERS:
                self.parts.append(text)
                self.scope.expects = upper in NAMED_OBJECTS
                return

    def clause(self, upper: str, text: str) -> None:
        scope = self.scope
        operation = scope.operation
        if upper == "FROM":
            if not operation and not scope.nested:
                # Hibernate's queries may begin with FROM.
                self.parts.append("select" if text == "from" else "SELECT")
                operation = scope.operation = "SELECT"
            compares = self.words[1] == "DISTINCT" and self.words[0] in {"IS", "NOT"}
            if operation == "SELECT" and not compares:
                scope.tables = scope.expects = True
        elif upper in JOINING:
            scope.expects = operation == "SELECT"
        elif upper == "INTO":
            scope.expects = operation == "INSERT"
        elif upper in FROM_ENDS:
            scope.tables = scope.expects = False


_STRUCTURE: Final[dict[str, Callable[[_Summary], None]]] = {
    "open": _Summary.enter,
    "close": _Summary.leave,
    "comma": _Summary.item,
    "semicolon": _Summary.end,
}


def summarize(tokens: Sequence[Token]) -> str:
    """Return the summary, of at most 255 characters and cut between two of its words."""
    length, kept = -1, []
    for part in _Summary(tokens).read():
        length += 1 + len(part)
        if length > _MAX_LENGTH:
            break
        kept.append(part)
    return " ".join(kept).rstrip(";")
