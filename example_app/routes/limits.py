"""QW301, QW302, QW303: limits of statements and of time, a mounted application for each."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from example_app.database import Reader
from example_app.metrics import Sink, watch
from example_app.models import Author, Book, Chapter, Customer, Order, OrderItem, Product, Review
from querywatch import QueryWatchMiddleware

TABLES = (Author, Book, Chapter, Customer, Order, OrderItem, Product, Review)
MAX_QUERIES = 5
MAX_SECONDS = 0.1

counting, reporting, comparing = APIRouter(), APIRouter(), APIRouter()


def create_app(sinks: Sequence[Sink] = ()) -> FastAPI:
    """Build what is mounted under /limits: one application for each limit."""
    app = FastAPI()
    app.mount("/queries", _limited(counting, sinks, max_queries=MAX_QUERIES))
    app.mount("/time", _limited(reporting, sinks, max_db_seconds=MAX_SECONDS, slow_seconds=60))
    app.mount("/slow", _limited(comparing, sinks, slow_seconds=MAX_SECONDS))
    return app


def _limited(router: APIRouter, sinks: Sequence[Sink], **limits: Any) -> FastAPI:
    app = FastAPI()
    app.add_middleware(QueryWatchMiddleware, watch=watch(sinks, **limits))
    app.include_router(router)
    return app


def compare_all(session: Session, text: InstrumentedAttribute[str]) -> int:
    """Count the pairs of rows whose texts differ by comparing each row with every other."""
    one, other = aliased(text.class_), aliased(text.class_)
    differ = func.lower(getattr(one, text.key)) != func.lower(getattr(other, text.key))
    return session.scalars(select(func.count()).select_from(one).join(other, differ)).one()


def count_groups(session: Session, text: InstrumentedAttribute[str]) -> int:
    """Count the same pairs from the sizes of the groups of equal texts."""
    groups = select(func.count()).select_from(text.class_).group_by(func.lower(text))
    sizes = session.scalars(groups).all()
    return sum(sizes) ** 2 - sum(size**2 for size in sizes)


def how_many(table: type[Any]) -> Select[int]:
    """Ask how many rows *table* has."""
    return select(func.count()).select_from(table)


@counting.get("/sins/dashboard")
def dashboard(session: Reader) -> dict[str, int]:
    """Ask one question per table: more queries than this mount allows."""
    return {table.__name__: session.scalars(how_many(table)).one() for table in TABLES}


@counting.get("/cures/dashboard")
def dashboard_cured(session: Reader) -> dict[str, int]:
    """Ask all questions in one query."""
    counts = [how_many(table).scalar_subquery().label(table.__name__) for table in TABLES]
    return dict(session.execute(select(*counts)).mappings().one())


@reporting.get("/sins/report")
def report(session: Reader) -> dict[str, int]:
    """Spend more time in the database than this mount allows, over two queries."""
    return {
        "reviews": compare_all(session, Review.text),
        "items": compare_all(session, OrderItem.sku),
    }


@reporting.get("/cures/report")
def report_cured(session: Reader) -> dict[str, int]:
    """Ask for the same two numbers in a way that costs next to nothing."""
    return {
        "reviews": count_groups(session, Review.text),
        "items": count_groups(session, OrderItem.sku),
    }


@comparing.get("/sins/variety")
def variety(session: Reader) -> int:
    """Run one query that takes longer than this mount allows."""
    return compare_all(session, Review.text)


@comparing.get("/cures/variety")
def variety_cured(session: Reader) -> int:
    """Run one query that is done at once."""
    return count_groups(session, Review.text)
