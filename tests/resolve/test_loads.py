"""What the ORM was loading, where SQLAlchemy itself does not say."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, StaticPool, create_engine, select, text
from sqlalchemy.orm import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    Session,
    mapped_column,
    relationship,
)

from querywatch import Report, capture, record


def test_a_relationship_declared_later_is_known_too() -> None:
    """What was found out about the classes that were there holds no longer."""

    class Base(DeclarativeBase):
        id: Mapped[int] = mapped_column(primary_key=True)

    class Page(Base):
        __tablename__ = "pages"
        book_id: Mapped[int] = mapped_column(Integer, ForeignKey("books.id"))

    capture.attach()
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with Session(engine) as session:
        session.execute(text("CREATE TABLE pages (id INTEGER PRIMARY KEY, book_id INTEGER)"))
        session.execute(text("CREATE TABLE books (id INTEGER PRIMARY KEY)"))
        with record() as before:
            session.scalars(select(Page).where(Page.book_id == 1)).all()

        class Book(Base):
            __tablename__ = "books"
            pages: DynamicMapped[Page] = relationship(Page)

        session.add_all([Book(id=1), Book(id=2), Book(id=3)])
        session.flush()
        with record() as after:
            for book in session.scalars(select(Book)).all():
                book.pages.all()

    assert [_loaded(one.report) for one in (before, after)] == [{None}, {None, "Book.pages"}]


def _loaded(report: Report) -> set[str | None]:
    return {query.load.subject if query.load else None for query in report.queries}
