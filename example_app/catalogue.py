"""Every sin of the bookshop and its cure, with what querywatch is expected to say of the sin."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """Two endpoints with one answer: the sin is found, the cure is silent.

    *subject* is named in the first line of the finding, and *function* is where it points. *used*
    is part of the line that runs the repeats, *fix* of the cure; empty is what a limit cannot know.
    """

    code: str
    title: str
    name: str
    subject: str
    function: str
    used: str = ""
    fix: str = ""
    method: str = "GET"
    mount: str = ""

    @property
    def loaded(self) -> str:
        """Part of the line that loaded the parents: a page, wherever there are parents."""
        return "session.scalars(first)" if self.code in {"QW101", "QW102"} else ""

    @property
    def sin(self) -> str:
        """The path of the endpoint that sins."""
        return f"{self.mount}/sins/{self.name}"

    @property
    def cure(self) -> str:
        """The path of the endpoint that is cured."""
        return f"{self.mount}/cures/{self.name}"


PAIRS = (
    Pair(
        "QW101",
        "to-many relationship, lazily loaded",
        "order-items",
        "Order.items",
        "order_skus",
        used="in order.items",
        fix="selectinload(Order.items)",
    ),
    Pair(
        "QW101",
        "to-one relationship, lazily loaded",
        "order-customers",
        "Order.customer",
        "order_customers",
        used="order.customer.name",
        fix="joinedload(Order.customer)",
    ),
    Pair(
        "QW101",
        "a loop in a loop",
        "author-chapters",
        "Author.books -> Book.chapters",
        "author_chapters",
        used="in book.chapters",
        fix="selectinload(Author.books).selectinload(Book.chapters)",
    ),
    Pair(
        "QW101",
        "loaded while the response is serialised",
        "book-reviews",
        "Book.reviews",
        "reviewed_books",
        used="field reviews",
        fix="selectinload(Book.reviews)",
    ),
    Pair(
        "QW101",
        "awaited one by one, async",
        "book-tags",
        "Book.tags",
        "book_tags",
        used="book.awaitable_attrs.tags",
        fix="selectinload(Book.tags)",
    ),
    Pair(
        "QW101",
        "lazily loaded inside run_sync",
        "book-publishers",
        "Book.publisher",
        "book_publishers",
        used="book.publisher.name",
        fix="joinedload(Book.publisher)",
    ),
    Pair(
        "QW102",
        "deferred column",
        "book-descriptions",
        "Book.description",
        "descriptions",
        used="book.description",
        fix="undefer(Book.description)",
    ),
    Pair(
        "QW102",
        "expired by a commit",
        "checkout",
        "expired Book",
        "prices",
        used="book.price_cents",
        fix="expire_on_commit=False",
        method="POST",
    ),
    Pair(
        "QW102",
        "columns of a subclass table",
        "product-lengths",
        "subclass columns of Product",
        "length",
        used="self.pages",
        fix="selectin_polymorphic",
    ),
    Pair(
        "QW103",
        "session.get in a loop",
        "buyers",
        "SELECT customers",
        "buyers",
        used="session.get(Customer",
        fix="in_(",
    ),
    Pair(
        "QW103",
        "a repository called in a loop",
        "first-reviews",
        "SELECT reviews",
        "first_of",
        used="session.scalars(",
        fix="for all of them once",
    ),
    Pair(
        "QW103",
        "text() in a loop",
        "review-counts",
        "SELECT reviews",
        "review_counts",
        used="session.scalars(COUNT_REVIEWS",
        fix="IN (",
    ),
    Pair(
        "QW103",
        "get in an async loop",
        "imprints",
        "SELECT publishers",
        "imprints",
        used="session.get(Publisher",
        fix="in_(",
    ),
    Pair(
        "QW104",
        "a flush per row",
        "review-flushes",
        "INSERT reviews",
        "flush_each",
        used="session.flush()",
        fix="write the rows together",
        method="POST",
    ),
    Pair(
        "QW104",
        "a commit per row",
        "review-commits",
        "INSERT reviews",
        "commit_each",
        used="session.commit()",
        fix="write the rows together",
        method="POST",
    ),
    Pair(
        "QW104",
        "a Core insert per row, async",
        "review-inserts",
        "INSERT reviews",
        "insert_each",
        used="session.execute(insert(",
        fix="write the rows together",
        method="POST",
    ),
    Pair(
        "QW201",
        "one permission, asked again",
        "permissions",
        "SELECT permissions",
        "allows",
        used="session.scalar(rule)",
        fix="run it once",
    ),
    Pair(
        "QW301", "too many queries", "dashboard", "8 queries, limit 5", "", mount="/limits/queries"
    ),
    Pair("QW302", "too much database time", "report", "in the database", "", mount="/limits/time"),
    Pair(
        "QW303",
        "one slow query",
        "variety",
        "SELECT reviews",
        "compare_all",
        used="session.scalars(",
        mount="/limits/slow",
    ),
)
