"""Tokens in, fingerprint and values out, in one pass with a stack of brackets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from querywatch.fingerprint.frames import BRACKETED, LISTS, Frame
from querywatch.fingerprint.literals import LITERAL_TYPES, Literals
from querywatch.fingerprint.values import COMPARED, ROW_NUMBERS, TRANSPARENT
from querywatch.fingerprint.words import CALLED, CALLED_NAMES
from querywatch.fingerprint.writer import (
    CAST,
    CLOSE,
    COMMA,
    DOT,
    GLUED,
    KEY,
    LITERAL,
    NAME,
    OP,
    OPEN,
    OPERANDS,
    PREFIX,
    QUOTED,
    SIGN,
    START,
    VALUE,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from querywatch.fingerprint.tokens import Token

_PREFIXES: Final = frozenset({"+", "-", "~"})
_ARITHMETIC: Final = frozenset({"+", "-", "*", "/"})
# A parenthesis after a name after these opens a list of columns, not of arguments.
_BEFORE_COLUMNS: Final = frozenset({"INTO", "TABLE", "EXISTS", "REFERENCES", "OVERWRITE"})
_CALLERS: Final = frozenset({NAME, QUOTED, CLOSE})


class Emitter(Literals):
    """Writes one text's fingerprint."""

    def write(self, tokens: Iterable[Token]) -> str:
        """Return the fingerprint of *tokens*."""
        handlers, secrets = _HANDLERS, self.secrets
        for kind, text in tokens:
            if secrets.alert and secrets.hides(kind, text):
                self._hide()
            else:
                handlers[kind](self, text)
        self._end_item()
        return self.text()

    def _colon(self, text: str) -> None:
        if self.frame.opener == "[":
            self._slice(text[1:].partition("::")[0])
        elif text == ":":
            self._operator(text)
        else:
            self._bind(text)

    def _slice(self, upper_bound: str) -> None:
        self.gap = " " if self.prev in GLUED or self.prev == OP else ""
        self._put(":", OP, "")
        if upper_bound:
            (self._literal if upper_bound[0] in "0123456789" else self._word)(upper_bound)

    def _question(self, text: str) -> None:
        typed = self.prev == NAME and self.word in LITERAL_TYPES
        if self.asks and self.prev in OPERANDS and not typed:
            self._operator(text)
        else:
            self._literal(text)

    def _operator(self, text: str) -> None:
        if text in COMPARED and self.prev == KEY and self.word in self.soft:
            self._take_back()
        prev = self.prev
        prefix = text in _PREFIXES and prev not in OPERANDS
        if prefix and prev != SIGN:
            self.sign, self.sign_gap = len(self.out), self.gap
        if prev in GLUED and not (prev == DOT and text == "*"):
            self.gap = " "
        if prefix:
            self._put(text, PREFIX if text == "~" else SIGN, "")
            self.word = ""
        else:
            self._put(text, OP)
            self._compare(text, prev)
            self.word = self.left = ""
            self.rows = ()

    def _compare(self, text: str, prev: int) -> None:
        """Note what a value after this operator is for, and the one before it."""
        self.pending = None
        if text in COMPARED:
            self._relate_to(COMPARED[text], self.left, self.rows)
            if self.role == "range" and self.left.lower().rpartition(".")[2] in ROW_NUMBERS:
                self.role = "limit" if "<" in text else "offset"
            elif text == "=" and self.frame.assigns:
                self.role = "other"
            if prev == LITERAL and self.values:
                self.pending, self.pending_role = self.values[-1], self.role
        elif prev != LITERAL or text not in _ARITHMETIC:
            self._relate_to("other")

    def _comma(self, _text: str) -> None:
        frame = self.frame
        if self.prev == KEY and self.word in self.soft:
            self._take_back()
        if frame.listed:
            self._end_item()
        if self.key == "LIMIT" and self.prev == LITERAL and self.values:
            # MySQL's `LIMIT offset, count`.
            self.values[-1].role = "offset"
            self.role = "limit"
        else:
            frame.next_position(self.left)
            self.role, self.column, self.row = frame.role_here(), frame.column_here(), frame.row
        self.out.append(", ")
        self.prev, self.gap = COMMA, ""
        self._unname()
        if frame.listed:
            frame.last, frame.item = frame.item, len(self.out)
            frame.item_slot = len(self.values)

    def _open(self, text: str) -> None:
        prev, word, outer = self.prev, self.word, self.frame
        if self._opens_close(text):
            self.gap = ""
        self._put(text, OPEN, "")
        frame = Frame(text)
        first = outer.listed > 0 and len(self.out) - 1 == outer.item
        if prev not in _CALLERS and (word not in CALLED or word in TRANSPARENT):
            frame.role, frame.column, frame.row = self.role, self.column, self.row
            if word in LISTS or (text == "[" and first):
                frame.begin_list(BRACKETED, len(self.out), len(self.values))
            frame.spread = bool(self.row) and (first or not frame.listed)
        frame.casts = word == "CAST"
        self.stack.append(outer)
        self.frame = frame
        if self.pending is not None:
            # `? = lower(x)`: that was no column.
            self.pending.column = ""
        self._relate_to(frame.role, frame.column_here(), frame.row)
        self._unname()

    def _opens_close(self, text: str) -> bool:
        """Tell whether a bracket stands next to what is before it; `COUNT(` is in one case."""
        prev, word = self.prev, self.word
        if text == "[":
            if prev == KEY:
                self.out[-1] = self.out[-1].rstrip()  # VALUES brings a blank along
            return prev in OPERANDS or prev == KEY
        if prev == NAME:
            if word in CALLED_NAMES:
                self.out[-1] = self.out[-1].upper()
            return word in CALLED_NAMES or self.key not in _BEFORE_COLUMNS
        return prev in {KEY, VALUE} and word in CALLED

    def _close(self, text: str) -> None:
        if self.prev == KEY and self.word in self.soft:
            self._take_back()
        self._end_item()
        rows = (*self.frame.names, self.left) if self.frame.names else ()
        if self.stack:
            self.frame = self.stack.pop()
        # `[a]]` would be a name that goes on.
        self._close_up(" ]" if text == "]" and self.prev == QUOTED else text, CLOSE, " ")
        self._unname()
        self.rows = rows
        self._relate_to("other")

    def _dot(self, text: str) -> None:
        if self.prev in {KEY, VALUE}:
            self._take_back()
        elif self.prev not in {NAME, QUOTED}:
            self.left = ""
        self._close_up(text, DOT, "")

    def _cast(self, text: str) -> None:
        self.gap = " " if self.prev in GLUED or self.prev == OP else ""
        self._put(text, CAST, "")
        self.word, self.pending = "", None

    def _semicolon(self, text: str) -> None:
        self._end_item()
        if self.out and self.out[-1] != ";":
            self.out.append(text)
        self.prev, self.gap = START, " " if self.out else ""
        self.head = self.key = ""
        self._unname()
        self._relate_to("other")
        self.frame, self.stack = Frame(), []
        self.secrets.restart()

    def _mark(self, text: str) -> None:
        self._end_item()
        self._close_up(text, OP, " ")
        self.left = ""


_HANDLERS: Final[dict[str, Callable[[Emitter, str], None]]] = {
    kind: getattr(Emitter, f"_{method}")
    for method, kinds in {
        "word": "word",
        "path": "path",
        "quoted": "name",
        "literal": "text number",
        "bind": "bind",
        "colon": "colon",
        "question": "ask",
        "comma": "comma",
        "dot": "dot",
        "open": "open subscript",
        "close": "close",
        "cast": "cast",
        "semicolon": "semicolon",
        "mark": "mark",
        "operator": "op other",
    }.items()
    for kind in kinds.split()
}
