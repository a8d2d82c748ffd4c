"""QW101: relationships loaded one parent at a time, and all at once."""

from collections.abc import Iterable, Sequence

from fastapi import APIRouter
from sqlalchemy.orm import Session, joinedload, selectinload

from example_app.database import AsyncReader, Reader
from example_app.models import Author, Book, Order
from example_app.repositories import AsyncBooks, Authors, Books, Orders
from example_app.schemas import AuthorChapters, BookNames, OrderCustomer, OrderSkus, ReviewedBook

router = APIRouter()


def order_skus(orders: Iterable[Order]) -> list[OrderSkus]:
    """Show what was in each order."""
    return [OrderSkus(id=order.id, skus=[item.sku for item in order.items]) for order in orders]


@router.get("/sins/order-items")
def order_items(session: Reader) -> list[OrderSkus]:
    """Load the items of each order when they are read: one query per order."""
    return order_skus(Orders(session).page())


@router.get("/cures/order-items")
def order_items_cured(session: Reader) -> list[OrderSkus]:
    """Load the items of all orders with the orders."""
    return order_skus(Orders(session).page(selectinload(Order.items)))


def order_customers(orders: Iterable[Order]) -> list[OrderCustomer]:
    """Show who placed each order."""
    return [OrderCustomer(id=order.id, customer=order.customer.name) for order in orders]


@router.get("/sins/order-customers")
def customers_of_orders(session: Reader) -> list[OrderCustomer]:
    """Load the customer of each order when it is read: one query per order."""
    return order_customers(Orders(session).page())


@router.get("/cures/order-customers")
def customers_of_orders_cured(session: Reader) -> list[OrderCustomer]:
    """Load the customers in the same query as the orders."""
    return order_customers(Orders(session).page(joinedload(Order.customer)))


def author_chapters(authors: Iterable[Author]) -> list[AuthorChapters]:
    """Show the chapters of all books of each author."""
    return [
        AuthorChapters(
            name=author.name,
            chapters=[chapter.title for book in author.books for chapter in book.chapters],
        )
        for author in authors
    ]


@router.get("/sins/author-chapters")
def chapters_of_authors(session: Reader) -> list[AuthorChapters]:
    """Load books per author and chapters per book: a loop in a loop."""
    return author_chapters(Authors(session).page())


@router.get("/cures/author-chapters")
def chapters_of_authors_cured(session: Reader) -> list[AuthorChapters]:
    """Load both levels at once, each with one query."""
    both = selectinload(Author.books).selectinload(Book.chapters)
    return author_chapters(Authors(session).page(both))


@router.get("/sins/book-reviews", response_model=list[ReviewedBook])
def reviewed_books(session: Reader) -> Sequence[Book]:
    """Return models whose reviews the response is the first to read: one query per book."""
    return Books(session).page()


@router.get("/cures/book-reviews", response_model=list[ReviewedBook])
def reviewed_books_cured(session: Reader) -> Sequence[Book]:
    """Return models whose reviews are there already."""
    return Books(session).page(selectinload(Book.reviews))


async def book_tags(books: Iterable[Book]) -> list[BookNames]:
    """Show the tags of each book."""
    return [
        BookNames(title=book.title, names=[tag.name for tag in await book.awaitable_attrs.tags])
        for book in books
    ]


@router.get("/sins/book-tags")
async def tags_of_books(session: AsyncReader) -> list[BookNames]:
    """Await the tags of each book: one query per book, in async spelling."""
    return await book_tags(await AsyncBooks(session).page())


@router.get("/cures/book-tags")
async def tags_of_books_cured(session: AsyncReader) -> list[BookNames]:
    """Load the tags of all books with the books; awaiting them is free."""
    return await book_tags(await AsyncBooks(session).page(selectinload(Book.tags)))


def book_publishers(books: Iterable[Book]) -> list[BookNames]:
    """Show who printed each book."""
    return [BookNames(title=book.title, names=[book.publisher.name]) for book in books]


def lazy_book_publishers(session: Session) -> list[BookNames]:
    """Show who printed each book, in synchronous code of an async application."""
    return book_publishers(Books(session).page())


@router.get("/sins/book-publishers")
async def publishers_of_books(session: AsyncReader) -> list[BookNames]:
    """Run synchronous code in the async session: it may load lazily, and does, per book."""
    return await session.run_sync(lazy_book_publishers)


@router.get("/cures/book-publishers")
async def publishers_of_books_cured(session: AsyncReader) -> list[BookNames]:
    """Load the publishers in the same query as the books."""
    return book_publishers(await AsyncBooks(session).page(joinedload(Book.publisher)))
