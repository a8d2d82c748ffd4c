"""The bookshop's tables: books and who wrote them, customers and what they bought."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, Text
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

# Named constraints, so that a migration can drop what an earlier one has made.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(AsyncAttrs, DeclarativeBase):
    """What every model shares: the metadata, and attributes that can be awaited."""

    metadata = MetaData(naming_convention=NAMING)


book_tags = Table(
    "book_tags",
    Base.metadata,
    Column("book_id", Integer, ForeignKey("books.id"), primary_key=True),
    Column("tag_id", Integer, ForeignKey("tags.id"), primary_key=True),
)


class Author(Base):
    """Somebody who wrote books."""

    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.id")


class Publisher(Base):
    """The house that printed a book."""

    __tablename__ = "publishers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))


class Tag(Base):
    """A word readers look for."""

    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), unique=True)


class Book(Base):
    """A title; its long description stays in the database until it is asked for."""

    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    price_cents: Mapped[int]
    sold: Mapped[int] = mapped_column(default=0)
    description: Mapped[str] = mapped_column(Text, deferred=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), index=True)
    publisher_id: Mapped[int] = mapped_column(ForeignKey("publishers.id"), index=True)
    author: Mapped[Author] = relationship(back_populates="books")
    publisher: Mapped[Publisher] = relationship()
    chapters: Mapped[list["Chapter"]] = relationship(order_by="Chapter.number")
    reviews: Mapped[list["Review"]] = relationship(order_by="Review.id")
    tags: Mapped[list[Tag]] = relationship(secondary=book_tags, order_by=Tag.id)


class Chapter(Base):
    """One chapter of a book."""

    __tablename__ = "chapters"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), index=True)


class Customer(Base):
    """Somebody who buys; the role decides what they may see."""

    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))


class Permission(Base):
    """Whether a role may do something."""

    __tablename__ = "permissions"
    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(20), index=True)
    action: Mapped[str] = mapped_column(String(50))
    allowed: Mapped[bool]


class Review(Base):
    """What a reader thought of a book, in stars and words."""

    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    stars: Mapped[int]
    text: Mapped[str] = mapped_column(String(500))
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), index=True)


class Order(Base):
    """One purchase of one customer."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    customer: Mapped[Customer] = relationship()
    items: Mapped[list["OrderItem"]] = relationship(order_by="OrderItem.id")


class OrderItem(Base):
    """One line of an order."""

    __tablename__ = "order_items"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)


class Product(Base):
    """Something on the shelf: what all kinds share is here, the rest in a table per kind."""

    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    sku: Mapped[str] = mapped_column(String(20), unique=True)
    __mapper_args__ = {  # noqa: RUF012
        "polymorphic_on": "kind",
        "polymorphic_identity": "product",
    }

    @property
    def length(self) -> str:
        """How long it is, in the measure of its kind."""
        return "unknown"


class PrintedBook(Product):
    """A book of paper."""

    __tablename__ = "printed_books"
    id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    pages: Mapped[int]
    __mapper_args__ = {"polymorphic_identity": "printed"}  # noqa: RUF012

    @property
    def length(self) -> str:
        """How many pages it has."""
        return f"{self.pages} pages"


class AudioBook(Product):
    """A book to listen to."""

    __tablename__ = "audio_books"
    id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    minutes: Mapped[int]
    __mapper_args__ = {"polymorphic_identity": "audio"}  # noqa: RUF012

    @property
    def length(self) -> str:
        """How many minutes it takes."""
        return f"{self.minutes} minutes"
