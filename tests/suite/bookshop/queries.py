"""What every page asks of the database, without any N+1."""

from __future__ import annotations

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from .models import Base


def one(session: Session, model: type[Base], number: int) -> Base | None:
    """Find one by its number."""
    return session.get(model, number)


def one_named(session: Session, model: type[Base], name: str) -> Base | None:
    """Find one by its name."""
    return session.scalars(select(model).where(model.name == name)).first()


def is_there(session: Session, model: type[Base], name: str) -> bool:
    """Tell whether one has this name."""
    return bool(session.scalar(select(exists().where(model.name == name))))


def count(session: Session, model: type[Base]) -> int:
    """Count them."""
    return session.scalar(select(func.count()).select_from(model)) or 0


def names(session: Session, model: type[Base]) -> list[str]:
    """List their names."""
    return list(session.scalars(select(model.name).order_by(model.id)))


def page(session: Session, model: type[Base], offset: int, limit: int = 2) -> list[Base]:
    """Show one page of them."""
    chosen = select(model).order_by(model.id).offset(offset).limit(limit)
    return list(session.scalars(chosen))


def pages(session: Session, model: type[Base]) -> list[Base]:
    """Show them all, page by page."""
    found: list[Base] = []
    while rows := page(session, model, offset=len(found)):
        found += rows
    return found


def newest(session: Session, model: type[Base]) -> Base | None:
    """Find the one that came last."""
    return session.scalars(select(model).order_by(model.id.desc()).limit(1)).first()


def by_name(session: Session, model: type[Base]) -> dict[str, int]:
    """Count them by name."""
    grouped = select(model.name, func.count()).group_by(model.name)
    return {name: found for name, found in session.execute(grouped)}  # noqa: C416 - a Row is typed


def create(session: Session, model: type[Base], *new: str) -> list[Base]:
    """Add one for each name."""
    made = [model(name=name) for name in new]
    session.add_all(made)
    session.commit()
    return made


def insert_many(session: Session, model: type[Base], new: list[str]) -> None:
    """Add many with one statement."""
    session.execute(insert(model), [{"name": name} for name in new])
    session.commit()


def rename(session: Session, model: type[Base], number: int, name: str) -> None:
    """Give one another name."""
    session.scalars(select(model).where(model.id == number)).one().name = name
    session.commit()


def rename_all(session: Session, model: type[Base], name: str) -> None:
    """Give all of them one name."""
    session.execute(update(model).values(name=name))
    session.commit()


def remove(session: Session, model: type[Base], number: int) -> None:
    """Remove one."""
    session.delete(session.scalars(select(model).where(model.id == number)).one())
    session.commit()


async def one_async(session: AsyncSession, model: type[Base], number: int) -> Base | None:
    """Find one by its number."""
    return await session.get(model, number)


async def count_async(session: AsyncSession, model: type[Base]) -> int:
    """Count them."""
    return await session.scalar(select(func.count()).select_from(model)) or 0
