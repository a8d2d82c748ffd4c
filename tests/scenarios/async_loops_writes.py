"""Rows that an asynchronous application writes one at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from tests.scenarios.catalogue import loop
from tests.scenarios.models import Region, Tag

IDS = [1, 2, 3, 4]


async def _one_flush(session: AsyncSession) -> None:
    session.add_all([Region(name=f"{number}") for number in IDS])
    await session.flush()


TOGETHER = "write the rows together: one flush() or commit(), after the loop"


@loop("QW104", "INSERT regions", TOGETHER, queries=(4, 1), likely=True, cure=_one_flush)
async def flush_in_a_loop(session: AsyncSession, *options: Any) -> None:
    """A flush each."""
    for number in IDS:
        session.add(Region(name=f"{number}"))
        await session.flush()  # used


@loop("QW104", "INSERT regions", TOGETHER, queries=(4, 1), likely=True, cure=_one_flush)
async def commit_in_a_loop(session: AsyncSession, *options: Any) -> None:
    """A transaction each."""
    for number in IDS:
        session.add(Region(name=f"{number}"))
        await session.commit()  # used


async def _deleted(session: AsyncSession) -> None:
    await session.execute(delete(Tag).where(Tag.id.in_([91, 92, 93, 94])))


@loop(
    "QW104",
    "DELETE tags",
    "delete the rows together: one delete() with .in_(ids)",
    queries=(4, 1),
    likely=True,
    cure=_deleted,
)
async def delete_in_a_loop(session: AsyncSession, *options: Any) -> None:
    """One delete per key."""
    for number in (91, 92, 93, 94):
        await session.execute(delete(Tag).where(Tag.id == number))  # used


async def _inserted(session: AsyncSession) -> None:
    await session.execute(insert(Region), [{"name": f"{number}"} for number in IDS])


@loop(
    "QW104",
    "INSERT regions",
    "write the rows together: one execute(statement, [row, ...])",
    queries=(4, 1),
    cure=_inserted,
)
async def insert_in_a_loop(session: AsyncSession, *options: Any) -> None:
    """Core, on an asynchronous connection."""
    connection = await session.connection()
    for number in IDS:
        await connection.execute(insert(Region).values(name=f"{number}"))  # used
