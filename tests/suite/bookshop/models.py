"""Ten relationships between the things a bookshop keeps."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(AsyncAttrs, DeclarativeBase):
    """A thing with a number and a name."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Publisher(Base):
    """Who prints books."""

    __tablename__ = "publishers"

    books: Mapped[list[Book]] = relationship(order_by="Book.id")


class Category(Base):
    """Where a book stands."""

    __tablename__ = "categories"

    books: Mapped[list[Book]] = relationship(order_by="Book.id")


class Author(Base):
    """Who writes books."""

    __tablename__ = "authors"

    books: Mapped[list[Book]] = relationship(back_populates="author", order_by="Book.id")
    awards: Mapped[list[Award]] = relationship()


class Award(Base):
    """What an author won."""

    __tablename__ = "awards"

    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"))


class Book(Base):
    """What is sold."""

    __tablename__ = "books"

    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"))
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("publishers.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    author: Mapped[Author | None] = relationship(back_populates="books")
    reviews: Mapped[list[Review]] = relationship()


class Review(Base):
    """What a reader thinks of a book."""

    __tablename__ = "reviews"

    book_id: Mapped[int | None] = mapped_column(ForeignKey("books.id"))


class Customer(Base):
    """Who buys books."""

    __tablename__ = "customers"

    orders: Mapped[list[Order]] = relationship()
    addresses: Mapped[list[Address]] = relationship()


class Address(Base):
    """Where a customer lives."""

    __tablename__ = "addresses"

    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))


class Order(Base):
    """What a customer bought."""

    __tablename__ = "orders"

    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    lines: Mapped[list[OrderLine]] = relationship()


class OrderLine(Base):
    """One book of an order."""

    __tablename__ = "order_lines"

    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    book_id: Mapped[int | None] = mapped_column(ForeignKey("books.id"))
    book: Mapped[Book | None] = relationship()
