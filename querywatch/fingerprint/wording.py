"""What a word does to a fingerprint: keywords are in one case, names as they are."""

from __future__ import annotations

from typing import Final

from querywatch.fingerprint.frames import LISTS, VALUES_LIST
from querywatch.fingerprint.values import COMPARING, LIMITING, TRANSPARENT
from querywatch.fingerprint.words import (
    AFTER,
    AFTER_VALUE,
    BEFORE_OPERAND,
    MAYBE,
    TYPES,
    VALUE_WORDS,
)
from querywatch.fingerprint.writer import (
    CAST,
    DOT,
    KEY,
    LITERAL,
    NAME,
    OPEN,
    OPERANDS,
    QUOTED,
    VALUE,
    Writer,
)

# Whether `=` assigns after this keyword.
_ASSIGNS: Final = {
    **dict.fromkeys(("SET", "UPDATE"), True),
    **dict.fromkeys(("WHERE", "FROM", "RETURNING", "ON", "SELECT", "WHEN"), False),
}
_RELATING: Final = frozenset({*COMPARING, *LIMITING, *LISTS, *TRANSPARENT, "AND"})
_CLAUSES: Final = frozenset({"VALUES", "VALUE", "ORDER", *_ASSIGNS})
_SAVING: Final = frozenset({"SAVEPOINT", "RELEASE", "TO", "TRANSACTION", "TRAN"})
_SAVERS: Final = frozenset({"SAVEPOINT", "RELEASE", "ROLLBACK", "SAVE"})
_LONGEST_NAME: Final = 400
_CLOSING: Final = frozenset('"`]')


class Wording(Writer):
    """Writes words and quoted names."""

    def _word(self, text: str) -> None:
        upper = text.upper()
        if self.prev == DOT:
            self._name(text, "")
        elif (
            upper in self.keywords or not self.head or (upper in MAYBE and self._is_keyword(upper))
        ):
            self._keyword(upper, text)
        else:
            self._name(text, upper)

    def _is_keyword(self, upper: str) -> bool:
        return (
            (upper in AFTER and self.word in AFTER[upper])
            or (self.prev == LITERAL and upper in AFTER_VALUE)
            or (upper == "VALUE" and self.key == "INTO" and self.prev in OPERANDS)
        )

    def _quoted(self, text: str) -> None:
        self.head = self.head or text
        self._name(text, "", QUOTED)

    def _path(self, text: str) -> None:
        self.head = self.head or text
        self._name(text, "", QUOTED if text[-1] in _CLOSING else NAME)

    def _name(self, text: str, upper: str, kind: int = NAME) -> None:
        prev = self.prev
        if prev == CAST or (self.word == "AS" and self.frame.casts):
            self._put(upper if upper in TYPES else text, kind)
        elif self.word in _SAVING and self.head in _SAVERS:
            self._put("?", LITERAL)
        else:
            self.out.append(self.gap + text)
            self.prev, self.gap = kind, " "
            # The end of it is enough, and keeps endless chains of dots linear.
            self.left = f"{self.left}.{text}"[-_LONGEST_NAME:] if prev == DOT else text
            if self.pending is not None:
                self.pending.column, self.pending.role = self.left, self.pending_role
        self.word = upper
        self.rows = ()

    def _keyword(self, upper: str, text: str) -> None:
        frame = self.frame
        self.head = self.head or upper
        if upper in BEFORE_OPERAND and self.prev == KEY and self.word in self.soft:
            self._take_back()
        prev = self.prev
        if frame.listed == VALUES_LIST and upper != "ROW":
            self._end_item()
            frame.listed = 0
        elif prev == OPEN and upper in {"SELECT", "WITH"}:
            frame.listed = 0
        self.out.append(self.gap + upper)
        self.prev = VALUE if upper in VALUE_WORDS or prev == CAST else KEY
        self.gap = " "
        self._relate(upper)
        if upper in _CLAUSES:
            self._enter_clause(upper)
        self.key = self.word = upper
        self.written = text
        if upper not in TRANSPARENT and prev != CAST:
            self.left = upper if upper == "ROWNUM" else ""
            self.rows = ()

    def _relate(self, upper: str) -> None:
        """Note what a value after this keyword is for."""
        frame = self.frame
        self.pending = None
        if upper not in _RELATING:
            self.role, self.column, self.row = "other", "", ()
        elif upper in COMPARING:
            self._relate_to(COMPARING[upper], self.left, self.rows)
            if upper == "BETWEEN":
                frame.between = self.left
        elif upper in LIMITING:
            self._relate_to(LIMITING[upper])
        elif upper == "AND" and frame.between is not None:
            self._relate_to("range", frame.between)
            frame.between = None
        elif upper in LISTS and self.role != "other":
            self.role = "list"
        elif upper not in TRANSPARENT:
            self._relate_to("other")

    def _enter_clause(self, upper: str) -> None:
        frame = self.frame
        if upper in _ASSIGNS:
            frame.assigns = _ASSIGNS[upper]
        elif upper in {"VALUES", "VALUE"}:
            # The blank is part of this piece, so that the first row looks like the next.
            self.out[-1] += " "
            self.gap = ""
            self.role = "list"
            frame.begin_list(VALUES_LIST, len(self.out), len(self.values))
        elif upper == "ORDER" and not self.stack:
            self.ordered = True
