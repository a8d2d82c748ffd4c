"""QW104: rows written one statement at a time, and all with one."""

from fastapi import APIRouter
from sqlalchemy import insert

from example_app.database import AsyncWriter, Writer
from example_app.models import Base, Review
from example_app.schemas import Written

router = APIRouter()
# The table itself, not the model: its INSERT is Core's, without the ORM's bulk logic.
REVIEWS = Base.metadata.tables[Review.__tablename__]
IMPORTED = [
    {"stars": 1 + n % 5, "text": f"Imported review {n}", "book_id": n} for n in range(1, 13)
]


@router.post("/sins/review-flushes")
def flush_each(session: Writer) -> Written:
    """Flush after each new review: one INSERT, one round trip, per row."""
    for row in IMPORTED:
        session.add(Review(**row))
        session.flush()
    session.commit()
    return Written(rows=len(IMPORTED))


@router.post("/cures/review-flushes")
def flush_once(session: Writer) -> Written:
    """Add all reviews, then let the commit flush them together."""
    session.add_all(Review(**row) for row in IMPORTED)
    session.commit()
    return Written(rows=len(IMPORTED))


@router.post("/sins/review-commits")
def commit_each(session: Writer) -> Written:
    """Commit after each new review: one INSERT and one transaction per row."""
    for row in IMPORTED:
        session.add(Review(**row))
        session.commit()
    return Written(rows=len(IMPORTED))


@router.post("/cures/review-commits")
def commit_once(session: Writer) -> Written:
    """Commit all reviews in one transaction."""
    session.add_all(Review(**row) for row in IMPORTED)
    session.commit()
    return Written(rows=len(IMPORTED))


@router.post("/sins/review-inserts")
async def insert_each(session: AsyncWriter) -> Written:
    """Execute one Core INSERT per review."""
    for row in IMPORTED:
        await session.execute(insert(REVIEWS).values(**row))
    await session.commit()
    return Written(rows=len(IMPORTED))


@router.post("/cures/review-inserts")
async def insert_together(session: AsyncWriter) -> Written:
    """Give one INSERT all the rows."""
    await session.execute(insert(REVIEWS), IMPORTED)
    await session.commit()
    return Written(rows=len(IMPORTED))
