"""Fill the bookshop with a few thousand rows: `python -m example_app.seed`.

The rows are the same every time. The primary is written in batches; an empty replica is then
given a copy of every row. A replica that follows its primary has them and is left alone.
"""

from sqlalchemy import Engine, NullPool, create_engine, func, insert, select
from sqlalchemy.orm import Session

from example_app import models as m
from example_app.settings import Settings

AUTHORS, BOOKS_EACH, CHAPTERS_EACH, REVIEWS_EACH = 60, 4, 4, 5
CUSTOMERS, ORDERS, ITEMS_EACH = 200, 400, 3
PUBLISHERS, TAGS = 15, 12
BATCH = 20


def seed(primary: Engine) -> None:
    """Write the rows, unless there are books already."""
    with Session(primary) as session:
        if not session.scalar(select(func.count(m.Book.id))):
            _write_catalogue(session)
            _write_sales(session)
            session.commit()


def copy_rows(primary: Engine, replica: Engine) -> None:
    """Copy every row of *primary* to *replica*, unless there are books already."""
    with primary.connect() as source, replica.begin() as target:
        if target.scalar(select(func.count(m.Book.id))):
            return
        for table in m.Base.metadata.sorted_tables:
            for rows in source.execute(select(table)).mappings().partitions(1000):
                target.execute(insert(table), [dict(row) for row in rows])


def _write_catalogue(session: Session) -> None:
    publishers = [m.Publisher(name=f"House {n}") for n in range(1, PUBLISHERS + 1)]
    tags = [m.Tag(name=f"tag-{n}") for n in range(1, TAGS + 1)]
    session.add_all([*publishers, *tags])
    for start in range(0, AUTHORS, BATCH):
        session.add_all(_author(n, publishers, tags) for n in range(start, start + BATCH))
        session.flush()
    for number in range(1, AUTHORS * BOOKS_EACH + 1):
        session.add(m.PrintedBook(sku=f"P{number:04}", pages=100 + number))
        session.add(m.AudioBook(sku=f"A{number:04}", minutes=200 + number))
    session.flush()


def _author(number: int, publishers: list[m.Publisher], tags: list[m.Tag]) -> m.Author:
    first = number * BOOKS_EACH
    books = [_book(n, publishers, tags) for n in range(first, first + BOOKS_EACH)]
    return m.Author(name=f"Author {number + 1}", books=books)


def _book(number: int, publishers: list[m.Publisher], tags: list[m.Tag]) -> m.Book:
    return m.Book(
        title=f"Book {number + 1}",
        price_cents=1000 + 10 * (number % 50),
        description=f"All there is to say about book {number + 1}. " * 10,
        publisher=publishers[number % PUBLISHERS],
        tags=[tags[number % TAGS], tags[(number + 1) % TAGS]],
        chapters=[m.Chapter(number=n, title=f"Chapter {n}") for n in range(1, CHAPTERS_EACH + 1)],
        reviews=[
            m.Review(stars=1 + (number + n) % 5, text=f"Review {n} of book {number + 1}")
            for n in range(1, REVIEWS_EACH + 1)
        ],
    )


def _write_sales(session: Session) -> None:
    roles = ("clerk", "manager")
    for role in roles:
        session.add(m.Permission(role=role, action="see orders", allowed=True))
        session.add(m.Permission(role=role, action="change prices", allowed=role == "manager"))
    customers = [m.Customer(name=f"Customer {n}", role=roles[n % 2]) for n in range(CUSTOMERS)]
    session.add_all(customers)
    for start in range(0, ORDERS, BATCH):
        session.add_all(_order(n, customers) for n in range(start, start + BATCH))
        session.flush()


def _order(number: int, customers: list[m.Customer]) -> m.Order:
    lines = range(number, number + ITEMS_EACH)
    return m.Order(
        customer=customers[number * 7 % CUSTOMERS],
        items=[m.OrderItem(sku=f"P{1 + n % 240:04}", quantity=1 + n % 3) for n in lines],
    )


def main() -> None:
    """Seed the primary of the settings and, where it is another database, its replica."""
    settings = Settings.from_environment()
    primary = create_engine(settings.primary_url, poolclass=NullPool)
    seed(primary)
    if settings.replica_url != settings.primary_url:
        copy_rows(primary, create_engine(settings.replica_url, poolclass=NullPool))


if __name__ == "__main__":
    main()
