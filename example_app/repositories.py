"""What the bookshop asks of its databases, one repository per kind of thing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from example_app.models import Author, Book, Customer, Order, Permission, Product, Review

PAGE = 12


@dataclass(frozen=True)
class Orders:
    """The orders customers have placed."""

    session: Session

    def page(self, *options: ORMOption) -> Sequence[Order]:
        """Return the first page of orders."""
        first = select(Order).options(*options).order_by(Order.id).limit(PAGE)
        return self.session.scalars(first).all()


@dataclass(frozen=True)
class Authors:
    """The authors in the catalogue."""

    session: Session

    def page(self, *options: ORMOption) -> Sequence[Author]:
        """Return the first page of authors."""
        first = select(Author).options(*options).order_by(Author.id).limit(PAGE)
        return self.session.scalars(first).all()


@dataclass(frozen=True)
class Books:
    """The books in the catalogue."""

    session: Session

    def page(self, *options: ORMOption) -> Sequence[Book]:
        """Return the first page of books."""
        first = select(Book).options(*options).order_by(Book.id).limit(PAGE)
        return self.session.scalars(first).all()

    def by_ids(self, ids: Sequence[int]) -> Sequence[Book]:
        """Return the books of *ids*, in the order of their ids."""
        return self.session.scalars(select(Book).where(Book.id.in_(ids)).order_by(Book.id)).all()


@dataclass(frozen=True)
class AsyncBooks:
    """The books in the catalogue, for async code."""

    session: AsyncSession

    async def page(self, *options: ORMOption) -> Sequence[Book]:
        """Return the first page of books."""
        first = select(Book).options(*options).order_by(Book.id).limit(PAGE)
        return (await self.session.scalars(first)).all()


@dataclass(frozen=True)
class Products:
    """What stands on the shelf, of every kind."""

    session: Session

    def page(self, *options: ORMOption) -> Sequence[Product]:
        """Return the first page of products."""
        first = select(Product).options(*options).order_by(Product.id).limit(PAGE)
        return self.session.scalars(first).all()


@dataclass(frozen=True)
class Customers:
    """The people who buy."""

    session: Session

    def by_ids(self, ids: Sequence[int]) -> dict[int, Customer]:
        """Return the customers of *ids*, by id, in one query."""
        found = self.session.scalars(select(Customer).where(Customer.id.in_(ids)))
        return {customer.id: customer for customer in found}


@dataclass(frozen=True)
class Reviews:
    """What readers thought."""

    session: Session

    def first_of(self, book_id: int) -> str:
        """Return the text of the oldest review of one book."""
        oldest = select(func.min(Review.id)).where(Review.book_id == book_id).scalar_subquery()
        return self.session.scalars(select(Review.text).where(Review.id == oldest)).one()

    def first_of_each(self, book_ids: Sequence[int]) -> dict[int, str]:
        """Return the text of the oldest review of each book, in one query."""
        oldest = select(func.min(Review.id)).where(Review.book_id.in_(book_ids))
        wanted = select(Review.book_id, Review.text).where(
            Review.id.in_(oldest.group_by(Review.book_id))
        )
        return dict(self.session.execute(wanted).all())


@dataclass(frozen=True)
class Permissions:
    """What each role may do."""

    session: Session

    def allows(self, role: str, action: str) -> bool:
        """Say whether *role* may do *action*; what is not listed is not allowed."""
        rule = select(Permission.allowed).where(
            Permission.role == role, Permission.action == action
        )
        return bool(self.session.scalar(rule))
