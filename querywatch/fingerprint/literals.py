"""What a value does to a fingerprint: it is one `?`, and a slot."""

from __future__ import annotations

from typing import Final

from querywatch.fingerprint.values import Value
from querywatch.fingerprint.wording import Wording
from querywatch.fingerprint.writer import LITERAL, NAME, OPERANDS, SIGN

# `DATE '2026-01-01'` is one value.
LITERAL_TYPES: Final = frozenset({"DATE", "TIME", "TIMESTAMP", "INTERVAL"})


class Literals(Wording):
    """Writes values.

    Where `?` after an operand is an operator, a literal after an operand that is no operator's
    (`point '(1,2)'`) is written `'?'`, so that the text reads the same again.
    """

    def _hide(self) -> None:
        if self.prev != LITERAL:
            self._put("?", LITERAL)
        self.word = ""

    def _literal(self, text: str) -> None:
        prev = self.prev
        if prev == LITERAL:
            # Two literals in a row are one, and two `?` could be read as an operator.
            if self.values:
                self.values[-1].source.append(text)
            return
        if prev == SIGN:
            text = "".join(self.out[self.sign :]).replace(" ", "") + text
            del self.out[self.sign :]
            self.gap = self.sign_gap
        self.values.append(Value(text, self.role, self.column))
        piece = "?"
        if prev == NAME and self.word in LITERAL_TYPES:
            self.out[-1] = self.out[-1].upper()
        elif self.asks and prev in OPERANDS:
            piece = "'?'"
        self.out.append(self.gap + piece)
        self.prev, self.gap = LITERAL, " "
        self._unname()

    def _bind(self, text: str) -> None:
        self._literal(text.partition("::")[0])
