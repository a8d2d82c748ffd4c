"""What the values of a statement are for: one slot per `?`."""

from typing import Final, NamedTuple

from querywatch.fingerprint.words import words

# Operators that compare what is left of them with what is right of them.
COMPARED: Final = {
    **dict.fromkeys(("=", "==", "<=>"), "equal"),
    **dict.fromkeys(("<", ">", "<=", ">=", "!<", "!>"), "range"),
    **dict.fromkeys(("<>", "!=", "^=", "~=", "~", "~*", "!~", "!~*", "@>", "<@", "&&"), "other"),
}

# Keywords that say what the value after them is for, with or without a column before them.
COMPARING: Final = {
    "IN": "list",
    "IS": "equal",
    "BETWEEN": "range",
    **dict.fromkeys(("LIKE", "ILIKE", "GLOB", "REGEXP", "RLIKE", "SIMILAR", "MATCH"), "other"),
}
LIMITING: Final = {"LIMIT": "limit", "TOP": "limit", "FIRST": "limit", "NEXT": "limit"} | {
    "OFFSET": "offset"
}

# Words between an operator and its value.
TRANSPARENT: Final = words(
    "NOT ANY ALL SOME ARRAY CAST TRY_CAST DISTINCT FROM ROW SYMMETRIC BINARY VALUES"
)

# Row numbers by which Oracle and old SQL Server are asked for a page.
ROW_NUMBERS: Final = frozenset({"rownum", "ora_rn", "mssql_rn"})


class Slot(NamedTuple):
    """What one `?` of a fingerprint stood for.

    `source` holds the tokens as written, several where a list was folded into one `?`: those of
    all slots, one after the other, are all values of the statement in the order of its text.
    `role` is "limit", "offset", "range" (an order comparison, BETWEEN), "equal" (`=`, IS),
    "list" (IN, ANY, VALUES) or "other". `column` is what it is compared with, as in the
    fingerprint (`items.order_id`), "" where there is none; row values are matched by position.
    """

    source: tuple[str, ...]
    role: str
    column: str


class Value:
    """A slot in the making."""

    __slots__ = ("column", "role", "source")

    def __init__(self, source: str, role: str, column: str) -> None:
        self.source = [source]
        self.role = role
        self.column = column

    def slot(self) -> Slot:
        """Return the finished slot."""
        return Slot(tuple(self.source), self.role, self.column)
