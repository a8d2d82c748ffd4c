"""Passwords that no quotes give away: from where on a statement says nothing."""

from __future__ import annotations

from typing import Final

from querywatch.fingerprint.words import words

# Statements that may hold a password outside quotes, and those of them that never do.
_ADMINISTRATIVE: Final = words("""
    CREATE ALTER DROP RENAME SET GRANT CONNECT BACKUP RESTORE OPEN CHANGE START ADD PRAGMA
    ATTACH VALIDATE CHECK EXPORT IMPORT RECOVER
""")
_HARMLESS: Final = words("""
    TABLE VIEW INDEX FUNCTION PROCEDURE TRIGGER TYPE TEMPORARY TEMP UNIQUE MATERIALIZED
""")
# `EXPORT TABLE ... ENCRYPTION PASSWORD x`: there, no object is harmless.
_TRANSPORTS: Final = frozenset({"EXPORT", "IMPORT"})
_PEOPLE: Final = frozenset({"USER", "LOGIN"})
_FILLING: Final = words("OR REPLACE IF NOT EXISTS")
_PRAGMA_KEYS: Final = words("KEY REKEY HEXKEY HEXREKEY TEXTKEY")


class Secrets:
    """Watches one statement and hides the rest of it from where a password may stand.

    `IDENTIFIED BY Password1`, `PASSWORD = x`, and all after CONNECT and after CREATE, ALTER or
    DROP USER and LOGIN, where names are personal as well.
    """

    __slots__ = ("alert", "before", "head", "hidden", "identified", "waiting")

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin another statement."""
        self.alert = True
        self.head: list[str] = []
        self.before = ""
        self.hidden = self.identified = self.waiting = False

    def hides(self, kind: str, text: str) -> bool:
        """Tell whether this token must not be seen; asked only while `alert`."""
        if kind == "semicolon":
            return False
        if not self.hidden and kind == "word":
            word = text.upper()
            hidden, self.before = self._hides_word(word), word
            return hidden
        if self.waiting and text not in {"=", ":="}:
            self.waiting = False
            self.hidden = self.hidden or kind not in {"comma", "open", "close", "dot", "mark"}
        return self.hidden

    def _hides_word(self, word: str) -> bool:
        if self.waiting:
            self.hidden = word not in {"TO", "BY", "FOR", "EXPIRE"}
            return self.hidden
        if len(self.head) < 2 and word not in _FILLING:  # noqa: PLR2004 - verb and object
            self._begins(word)
        elif word == "IDENTIFIED":
            self.identified = True
        elif self.identified and word in {"BY", "AS"}:
            self.hidden = True
        elif self.before != "ON":  # a table may be called `password`
            pragma = self.head[:1] == ["PRAGMA"]
            self.waiting = word.endswith("PASSWORD") or (pragma and word in _PRAGMA_KEYS)
        return False

    def _begins(self, word: str) -> None:
        self.head.append(word)
        verb = self.head[0]
        harmless = word in _HARMLESS and verb not in _TRANSPORTS
        self.alert = verb in _ADMINISTRATIVE and not harmless
        self.hidden = verb == "CONNECT" or word in _PEOPLE or (verb, word) == ("SET", "PASSWORD")
        self.waiting = verb == "PRAGMA" and word in _PRAGMA_KEYS
