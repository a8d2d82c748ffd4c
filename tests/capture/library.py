"""A library of books in a database of its own, small enough to fill inside a test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import Engine, ForeignKey, StaticPool, String, create_engine, insert
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from querywatch import capture


class Base(AsyncAttrs, DeclarativeBase):
    """Registry of the library."""


class Author(Base):
    """Someone with books."""

    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    books: Mapped[list[Book]] = relationship(back_populates="author", order_by="Book.id")


class Book(Base):
    """One book of one author, its blurb read only when asked for."""

    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(50))
    blurb: Mapped[str] = mapped_column(String(50), default="-", deferred=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author] = relationship(back_populates="books")
    reviews: Mapped[list[Review]] = relationship()


class Review(Base):
    """What somebody thinks of a book."""

    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    stars: Mapped[int]
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))


def stock(engine: Engine, authors: int = 3) -> None:
    """Make the tables and put *authors* with two books each into them."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for number in range(1, authors + 1):
            books = [
                Book(title=f"{number}-{volume}", reviews=[Review(stars=volume)])
                for volume in (1, 2)
            ]
            session.add(Author(name=f"author {number}", books=books))
        session.commit()


@contextmanager
def library(authors: int = 3, **options: Any) -> Iterator[Engine]:
    """Open a stocked library in memory; *options* are those of `create_engine`."""
    engine = create_engine(
        "sqlite://",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        **options,
    )
    with capture.paused():
        stock(engine, authors)
    try:
        yield engine
    finally:
        engine.dispose()


@asynccontextmanager
async def async_library(url: str, authors: int = 3) -> AsyncIterator[AsyncEngine]:
    """Open a stocked library for asyncio in the empty database at *url*."""
    engine = create_async_engine(url)
    with capture.paused():
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
            rows = [{"name": f"author {number}"} for number in range(1, authors + 1)]
            await connection.execute(insert(Author), rows)
            books = [
                {"title": f"{number}-{volume}", "author_id": number}
                for number in range(1, authors + 1)
                for volume in (1, 2)
            ]
            await connection.execute(insert(Book), books)
    try:
        yield engine
    finally:
        await engine.dispose()
