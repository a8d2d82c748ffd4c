"""OpenTelemetry's `db.query.summary`: the operations of a statement and their targets.

The specification's grammar and test cases; where it is silent as OpenTelemetry's Java agent does
(UNION repeats its SELECT, names of common table expressions are left out, statements are joined
by `; `), except that names of users and logins are left out as its .NET libraries do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from querywatch.fingerprint.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from querywatch.fingerprint.tokens import Token

_MAX_LENGTH: Final = 255

_BARE: Final = words("""
    ABORT ANALYZE ATTACH BEGIN CHECKPOINT CLOSE COMMENT COMMIT CONNECT DEALLOCATE DETACH DISCARD
    DO FETCH FLUSH GRANT IMPORT KILL LISTEN LOAD NOTIFY OPTIMIZE PRAGMA REINDEX RELEASE RESET
    REVOKE ROLLBACK SAVE SAVEPOINT SET SHOW START UNLOCK VACUUM
""")
_TARGETED: Final = words("""
    CALL COPY DELETE DESC DESCRIBE EXEC EXECUTE LOCK MERGE REPLACE TRUNCATE UPDATE USE
""")
_DDL: Final = frozenset({"ALTER", "CREATE", "DROP"})
_QUERIES: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES"})
_VERBS: Final = _BARE | _TARGETED | _DDL | _QUERIES | {"EXPLAIN"}
# A SELECT after these belongs to them: INSERT ... SELECT, CREATE VIEW ... AS SELECT, UNION.
_SELECTING: Final = _DDL | {"SELECT", "INSERT", "REPLACE", "VALUES", "WITH", "EXPLAIN"}
_SECOND: Final = {
    **dict.fromkeys(("BEGIN", "COMMIT", "ROLLBACK", "START"), ("TRANSACTION", "WORK", "TRAN")),
    **dict.fromkeys(("TRUNCATE", "LOCK"), ("TABLE", "TABLES")),
}
_FROM_ENDS: Final = words("""
    WHERE GROUP ORDER HAVING LIMIT OFFSET FETCH UNION INTERSECT EXCEPT MINUS WINDOW FOR CONNECT
    START QUALIFY RETURNING SET MODEL
""")
_BEFORE_TARGET: Final = words("""
    CONCURRENTLY DELAYED EXISTS FROM HIGH_PRIORITY IF IGNORE INTO LATERAL LOW_PRIORITY NOT ONLY
    PROCEDURE QUICK TOP
""")
_MODIFIERS: Final = words("""
    AND BITMAP CLUSTERED CONSTRAINT EDITIONABLE EXTERNAL FORCE FOREIGN FULLTEXT GLOBAL LOCAL
    MATERIALIZED NO NONCLUSTERED OFFLINE ONLINE OR PUBLIC RECURSIVE REPLACE SPATIAL TEMP
    TEMPORARY UNIQUE UNLOGGED VIRTUAL
""")
_NAMED_OBJECTS: Final = words("""
    AGGREGATE COLLATION DATABASE DOMAIN EVENT EXTENSION FUNCTION INDEX PACKAGE PROC PROCEDURE
    ROLE SCHEMA SEQUENCE SYNONYM TABLE TABLESPACE TRIGGER TYPE VIEW
""")
_LINKED: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"})
_SKIPPED: Final = frozenset({"op", "other", "cast", "mark", "subscript", "dot"})


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
        while self.at < len(self.tokens):
            kind, text = self.tokens[self.at]
            self.at += 1
            if kind == "word":
                upper = text.upper()
                self.word(upper, text)
                self.words = (self.words[1], upper)
            elif kind not in _SKIPPED:
                self.other(kind, text)
            self.scope.fresh = self.scope.fresh and kind == "open"
        return self.parts

    def other(self, kind: str, text: str) -> None:
        scope = self.scope
        if kind == "open":
            self.enter()
        elif kind == "close":
            self.scope = self.stack.pop() if self.stack else _Scope()
        elif kind == "comma":
            scope.expects = scope.tables
            scope.names_cte = scope.operation == "WITH"
        elif kind == "semicolon":
            self.scope, self.stack, self.ctes, self.words = _Scope(), [], set(), ("", "")
            if self.parts:
                self.parts[-1] = self.parts[-1].rstrip(";") + ";"
        elif kind == "name":
            self.identifier(text)
        elif scope.expects:
            # A quoted table of a database that takes strings for names; never a bare value.
            if scope.operation in _QUERIES and text[0] in "'\"" and text[-1] == text[0] != text:
                self.parts.append(text)
            scope.expects = False

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
            links = more[0] == "@" and self.scope.operation in _LINKED
            if not (kind == "dot" or links or (after_dot and kind in {"word", "name"})):
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
        in_ddl = scope.operation in _DDL and self.words[1] == "AS"
        return scope.operation in {"", "INSERT", "EXPLAIN"} or in_ddl

    def is_verb(self, upper: str) -> bool:
        scope = self.scope
        if scope.operation in {"WITH", "EXPLAIN"}:
            return upper in _QUERIES
        if scope.nested:
            in_cte = self.words[1] in {"AS", "MATERIALIZED"} or upper == "VALUES"
            return scope.fresh and in_cte and upper in _QUERIES
        return not scope.operation and upper in _VERBS

    def expected(self, upper: str, text: str) -> None:
        scope = self.scope
        if scope.operation in _DDL:
            if upper == "ON":
                scope.expects = False
            elif upper not in _BEFORE_TARGET:
                self.target(text)
        elif upper == "SET" or (upper == "NEXT" and scope.operation == "CALL"):
            # Hibernate's `call next value for a_sequence`.
            self.at += 2 if upper == "NEXT" else 0
            scope.expects = upper == "NEXT"
        elif upper == "OR" and scope.operation == "UPDATE":
            self.at += 1
        elif upper in {"ONLY", "LATERAL"} or (
            upper in _BEFORE_TARGET and scope.operation != "SELECT"
        ):
            pass
        elif text[0] != "@" or self.tokens[self.at : self.at + 1] != [("other", "=")]:
            self.target(text)

    def verb(self, upper: str, text: str) -> None:
        scope = self.scope
        if upper == "SELECT" and not scope.fresh:
            aliased = self.words[1] == "AS" and scope.operation == "SELECT"
            elsewhere = bool(scope.operation) or scope.nested
            if aliased or (elsewhere and scope.operation not in _SELECTING):
                return
        scope.operation = upper
        scope.expects, scope.tables = upper in _TARGETED, False
        if upper != "VALUES" or not scope.nested:
            self.parts.append(text)
        if upper in _SECOND:
            self.second(_SECOND[upper])
        elif upper in _DDL:
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
            if upper not in _MODIFIERS:
                self.parts.append(text)
                self.scope.expects = upper in _NAMED_OBJECTS
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
        elif upper in {"JOIN", "APPLY", "STRAIGHT_JOIN"}:
            scope.expects = operation == "SELECT"
        elif upper == "INTO":
            scope.expects = operation == "INSERT"
        elif upper in _FROM_ENDS:
            scope.tables = scope.expects = False


def summarize(tokens: Sequence[Token]) -> str:
    """Return the summary, of at most 255 characters and cut between two of its words."""
    length, kept = -1, []
    for part in _Summary(tokens).read():
        length += 1 + len(part)
        if length > _MAX_LENGTH:
            break
        kept.append(part)
    return " ".join(kept).rstrip(";")
