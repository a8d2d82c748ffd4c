"""The fingerprint as it is being written: its pieces, its values, and where in it we are."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from querywatch.fingerprint.frames import VALUES_LIST, Frame
from querywatch.fingerprint.secrets import Secrets

if TYPE_CHECKING:
    from querywatch.fingerprint.tokens import Lexer
    from querywatch.fingerprint.values import Value

# What the piece before was.
START, KEY, NAME, QUOTED, VALUE, LITERAL, OPEN, CLOSE, COMMA, OP, SIGN, PREFIX, DOT, CAST = range(
    14
)
OPERANDS: Final = frozenset({NAME, QUOTED, VALUE, LITERAL, CLOSE})
# After these an operator still keeps its distance, or both might read as one.
GLUED: Final = frozenset({SIGN, PREFIX, DOT, CAST})


class Writer:
    """What every kind of token reads and changes.

    A piece brings the blank before it along, and which one that is depends on tokens only.
    """

    def __init__(self, rules: Lexer) -> None:
        self.asks = rules.asks
        self.keywords, self.soft = rules.vocabulary
        self.out: list[str] = []
        self.values: list[Value] = []
        self.ordered = False
        self.frame = Frame()
        self.stack: list[Frame] = []
        self.secrets = Secrets()
        self.prev = START
        self.gap = ""  # goes before the next piece
        self.head = ""  # the statement's first word
        self.key = ""  # the last keyword
        self.word = ""  # the word right before, in upper case
        self.written = ""  # the last keyword as written
        self.left = ""  # the column right before
        self.rows: tuple[str, ...] = ()  # the row value right before
        self.role, self.column = "other", ""  # what a value here is for
        self.row: tuple[str, ...] = ()
        self.pending: Value | None = None  # a value whose column comes after it
        self.pending_role = ""
        self.sign, self.sign_gap = 0, ""  # where the signs right before begin

    def text(self) -> str:
        """Return the fingerprint once all is written."""
        return "".join(self.out).rstrip("; ")

    def beginning(self, limit: int) -> str:
        """Return as many whole pieces as fit into *limit* characters."""
        sizes = accumulate(len(piece) for piece in self.out)
        return "".join(self.out[: bisect(list(sizes), limit)])

    def _put(self, piece: str, prev: int, gap: str = " ") -> None:
        self.out.append(self.gap + piece)
        self.prev, self.gap = prev, gap

    def _close_up(self, piece: str, prev: int, gap: str) -> None:
        self.out.append(piece)
        self.prev, self.gap = prev, gap
        self.word = ""

    def _relate_to(self, role: str, column: str = "", row: tuple[str, ...] = ()) -> None:
        self.role, self.column, self.row = role, column, row

    def _unname(self) -> None:
        self.word = self.left = ""
        self.rows, self.pending = (), None

    def _take_back(self) -> None:
        """Make a name of the keyword just written."""
        self.out[-1] = self.out[-1].rstrip()[: -len(self.word)] + self.written
        if self.frame.listed == VALUES_LIST:
            self.frame.listed = 0
        self.prev, self.gap, self.left = NAME, " ", self.written

    def _end_item(self) -> None:
        """Drop the list item that ends here when the list has it already."""
        frame = self.frame
        if frame.listed and len(self.out) > frame.item and frame.repeats(self.out):
            del self.out[frame.item - 1 :]
            for value in self.values[frame.item_slot :]:
                self.values[frame.item_slot - 1].source.extend(value.source)
            del self.values[frame.item_slot :]
            frame.item = frame.last
