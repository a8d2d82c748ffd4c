"""QW102: columns loaded one object at a time: deferred, expired, or of a subclass."""

from collections.abc import Iterable

from fastapi import APIRouter
from sqlalchemy.orm import selectin_polymorphic, undefer

from example_app.database import Reader, Writer
from example_app.models import AudioBook, Book, PrintedBook, Product
from example_app.repositories import Books, Products
from example_app.schemas import BookPrice, BookText, ProductLength

router = APIRouter()


def descriptions(books: Iterable[Book]) -> list[BookText]:
    """Show the description of each book."""
    return [BookText(title=book.title, text=book.description) for book in books]


@router.get("/sins/book-descriptions")
def described_books(session: Reader) -> list[BookText]:
    """Read a deferred column of each book: one query per book."""
    return descriptions(Books(session).page())


@router.get("/cures/book-descriptions")
def described_books_cured(session: Reader) -> list[BookText]:
    """Ask for the deferred column where it is needed."""
    return descriptions(Books(session).page(undefer(Book.description)))


def prices(books: Iterable[Book]) -> list[BookPrice]:
    """Show what each book costs."""
    return [BookPrice(title=book.title, price_cents=book.price_cents) for book in books]


@router.post("/sins/checkout")
def check_out(session: Writer) -> list[BookPrice]:
    """Sell one of each and commit, then read what the commit has expired: one query per book."""
    books = Books(session).page()
    for book in books:
        book.sold += 1
    session.commit()
    return prices(books)


@router.post("/cures/checkout")
def check_out_cured(session: Writer) -> list[BookPrice]:
    """Sell one of each and commit, then read all again with one query."""
    books = Books(session).page()
    ids = [book.id for book in books]
    for book in books:
        book.sold += 1
    session.commit()
    return prices(Books(session).by_ids(ids))


def lengths(products: Iterable[Product]) -> list[ProductLength]:
    """Show how long each product is, in the measure of its kind."""
    return [ProductLength(sku=product.sku, length=product.length) for product in products]


@router.get("/sins/product-lengths")
def measured_products(session: Reader) -> list[ProductLength]:
    """Read columns of the subclass tables, which a query of the base class leaves out."""
    return lengths(Products(session).page())


@router.get("/cures/product-lengths")
def measured_products_cured(session: Reader) -> list[ProductLength]:
    """Load the columns of each subclass with one query per subclass."""
    each_kind = selectin_polymorphic(Product, [PrintedBook, AudioBook])
    return lengths(Products(session).page(each_kind))
