"""Programs put together from steps, each on lines of its own, as source text.

A step is a *loop* (it should be told from its growth), *constant*, or *paged*: it runs one
statement per page or batch of rows, which grows with the rows and is no loop by the rule book.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session, joinedload, selectinload, subqueryload, undefer

from querywatch import Report
from tests.capture.library import Author, Book

FILE: Final = "program.py"
_AUTHORS: Final = "select(Author).where(Author.id > -{k}).order_by(Author.id)"
_BOOKS: Final = "select(Book).where(Book.id > -{k}).order_by(Book.id)"

LOOPS: Final = (
    f"for a in session.scalars({_AUTHORS}): kept.append((a, a.books))",
    f"kept += [(a, a.books) for a in session.scalars({_AUTHORS})]",
    f"kept += sorted(session.scalars({_AUTHORS}), key=lambda a: len(a.books))",
    f"for a in session.scalars({_AUTHORS}):\n  for b in a.books: kept.append((a, b.reviews))",
    (
        f"for a in session.scalars({_AUTHORS}.options(selectinload(Author.books))):\n"
        "  for b in a.books: kept.append((a, b.reviews))"
    ),
    (
        f"for a in session.scalars({_AUTHORS}.options(joinedload(Author.books))).unique():\n"
        "  for b in a.books: kept.append((a, b.reviews))"
    ),
    f"for b in session.scalars({_BOOKS}): kept.append((b, b.author))",
    f"for b in session.scalars({_BOOKS}): kept.append((b, b.blurb))",
    "for i in range(1, n + 1): kept.append(session.get(Author, i))",
    "for i in range(1, n + 1): kept += session.scalars(select(Author).where(Author.id == i))",
    "for i in range(1, n + 1): session.execute(select(Author.__table__.c.name).filter_by(id=i))",
    "for i in range(n): session.execute(text('SELECT id FROM books WHERE id = :i'), dict(i=i))",
    (
        "for i in range(1, n + 1):"
        " session.scalar(select(func.count()).select_from(Book).where(Book.author_id == i))"
    ),
    "for i in range(n): session.scalar(select(Author.name).where(Author.id == {k}))",
    f"for a in session.scalars({_AUTHORS}).all(): session.refresh(a); kept.append(a)",
    (
        f"kept += session.scalars({_AUTHORS}).all(); session.expire_all()\n"
        "for a in kept[-n:]: a.name"
    ),
    "for i in range(n): session.add(Book(title='new', author_id=1)); session.flush()",
    "for i in range(n): session.execute(insert(Book.__table__).values(title='new', author_id=1))",
)
PAGED_LOOP: Final = (
    f"for start in range(0, n, 2):\n"
    f"  for a in session.scalars({_AUTHORS}.offset(start).limit(2)): kept.append((a, a.books))"
)
"""Both at once: where others have loaded the books before, only the pages are left to grow."""

CONSTANTS: Final = (
    f"kept += session.scalars({_AUTHORS})",
    f"for a in session.scalars({_AUTHORS}.options(selectinload(Author.books))): kept += a.books",
    f"for a in session.scalars({_AUTHORS}.options(subqueryload(Author.books))): kept += a.books",
    (
        f"for a in session.scalars({_AUTHORS}.options(joinedload(Author.books))).unique():"
        " kept.append(a.books)"
    ),
    (
        f"for a in session.scalars({_AUTHORS}.options(\n"
        "    selectinload(Author.books).selectinload(Book.reviews))):\n"
        "  for b in a.books: kept.append((a, b.reviews))"
    ),
    f"for b in session.scalars({_BOOKS}.options(joinedload(Book.author))): kept.append(b.author)",
    f"for b in session.scalars({_BOOKS}.options(selectinload(Book.author))): kept.append(b.author)",
    f"for b in session.scalars({_BOOKS}.options(undefer(Book.blurb))): kept.append(b.blurb)",
    f"for a in session.scalars({_AUTHORS}.limit(1)): kept.append((a, a.books))",
    "kept.append(session.get(Author, 1))",
    "kept += session.scalars(select(Author).where(Author.id.in_(range({k}, n + {k}))))",
    "session.scalar(select(func.count()).select_from(Book).where(Book.id > {k}))",
    "session.add_all([Book(title='new', author_id=1) for i in range(n)]); session.flush()",
    "session.execute(insert(Book.__table__), [dict(title='new', author_id=1)] * n)",
    "for i in range(2): session.scalar(select(Author.name).where(Author.id == i + {k}))",
)
PAGED: Final = (
    f"for start in range(0, n, 2): kept += session.scalars({_AUTHORS}.offset(start).limit(2))",
    (
        "for i in range(1, n, 2):"
        " kept += session.scalars(select(Author).where(Author.id.in_([i, i + 1])))"
    ),
    (
        "last = 0\n"
        "while page := session.scalars(\n"
        "    select(Author.id).where(Author.id > last).order_by(Author.id).limit(2)).all():\n"
        "  last = page[-1]"
    ),
    (
        f"for a in session.scalars({_AUTHORS}.options(selectinload(Author.books))\n"
        "    .execution_options(yield_per=2)): kept.append(a.books)"
    ),
)
_NAMES: Final = {
    "Author": Author,
    "Book": Book,
    "func": func,
    "insert": insert,
    "joinedload": joinedload,
    "select": select,
    "selectinload": selectinload,
    "subqueryload": subqueryload,
    "text": text,
    "undefer": undefer,
}


@dataclass(frozen=True)
class Program:
    """Steps as source text; `paged` holds the numbers of those that run by pages."""

    steps: tuple[str, ...]
    paged: frozenset[int]

    def __call__(self, session: Session, n: int, step: int) -> list[Any]:
        """Run one step on *n* rows; what it returns keeps its objects alive."""
        kept: list[Any] = []
        names = {**_NAMES, "session": session, "n": n, "kept": kept}
        exec(self._code(step), names)  # noqa: S102 - the programs are ours
        return kept

    def _code(self, step: int) -> Any:
        # Blank lines in front put every step on lines that no other step has.
        return compile("\n" * self.first_line(step) + self.steps[step], FILE, "exec")

    def first_line(self, step: int) -> int:
        """Return how many lines lie before *step*."""
        return 10 * step

    def step_of(self, report: Report, number: int) -> int:
        """Tell which step ran query *number*."""
        stack = report.queries[number].stack
        return next(site.line for site in stack if site.file == FILE) // 10


def programs(*, paged: bool = True) -> st.SearchStrategy[Program]:
    """Draw programs of one to five steps."""
    texts = [*LOOPS, *CONSTANTS, *(PAGED if paged else ())]
    steps = st.lists(st.sampled_from(texts), min_size=1, max_size=5)
    return steps.map(numbered)


def numbered(texts: list[str]) -> Program:
    """Give every step a number of its own to tell its values from the others'."""
    steps = tuple(text.replace("{k}", str(number)) for number, text in enumerate(texts, 1))
    return Program(steps, frozenset(n for n, text in enumerate(texts) if text in PAGED))
