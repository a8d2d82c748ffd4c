"""QW103: one query per id where one query for all ids would do."""

from fastapi import APIRouter
from sqlalchemy import select, text

from example_app.database import AsyncReader, Reader
from example_app.models import Customer, Publisher
from example_app.repositories import AsyncBooks, Books, Customers, Orders, Reviews
from example_app.schemas import BookCount, BookNames, BookText, OrderCustomer

router = APIRouter()
COUNT_REVIEWS = text("SELECT count(*) FROM reviews WHERE book_id = :book_id")
COUNT_ALL_REVIEWS = text("SELECT book_id, count(*) FROM reviews GROUP BY book_id")


@router.get("/sins/buyers")
def buyers(session: Reader) -> list[OrderCustomer]:
    """Get each customer by primary key, in a loop."""
    shown = []
    for order in Orders(session).page():
        customer = session.get(Customer, order.customer_id)
        shown.append(OrderCustomer(id=order.id, customer=customer.name if customer else "?"))
    return shown


@router.get("/cures/buyers")
def buyers_cured(session: Reader) -> list[OrderCustomer]:
    """Get all customers with one query, then look them up in a dict."""
    orders = Orders(session).page()
    customers = Customers(session).by_ids([order.customer_id for order in orders])
    return [
        OrderCustomer(id=order.id, customer=customers[order.customer_id].name) for order in orders
    ]


@router.get("/sins/first-reviews")
def first_reviews(session: Reader) -> list[BookText]:
    """Call a repository that asks for one book, in a loop over books."""
    reviews = Reviews(session)
    return [
        BookText(title=book.title, text=reviews.first_of(book.id)) for book in Books(session).page()
    ]


@router.get("/cures/first-reviews")
def first_reviews_cured(session: Reader) -> list[BookText]:
    """Call a repository that asks for all books at once."""
    books = Books(session).page()
    texts = Reviews(session).first_of_each([book.id for book in books])
    return [BookText(title=book.title, text=texts[book.id]) for book in books]


@router.get("/sins/review-counts")
def review_counts(session: Reader) -> list[BookCount]:
    """Count with hand-written SQL, one book at a time."""
    return [
        BookCount(id=book.id, count=session.scalars(COUNT_REVIEWS, {"book_id": book.id}).one())
        for book in Books(session).page()
    ]


@router.get("/cures/review-counts")
def review_counts_cured(session: Reader) -> list[BookCount]:
    """Count with one GROUP BY."""
    counts: dict[int, int] = dict(session.execute(COUNT_ALL_REVIEWS).all())
    return [BookCount(id=book.id, count=counts[book.id]) for book in Books(session).page()]


@router.get("/sins/imprints")
async def imprints(session: AsyncReader) -> list[BookNames]:
    """Get each publisher by primary key, in an async loop."""
    shown = []
    for book in await AsyncBooks(session).page():
        publisher = await session.get(Publisher, book.publisher_id)
        shown.append(BookNames(title=book.title, names=[publisher.name if publisher else "?"]))
    return shown


@router.get("/cures/imprints")
async def imprints_cured(session: AsyncReader) -> list[BookNames]:
    """Get all publishers with one query."""
    books = await AsyncBooks(session).page()
    wanted = select(Publisher).where(Publisher.id.in_([book.publisher_id for book in books]))
    names = {publisher.id: publisher.name for publisher in await session.scalars(wanted)}
    return [BookNames(title=book.title, names=[names[book.publisher_id]]) for book in books]
