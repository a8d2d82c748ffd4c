"""A shop of orders with items on SQLite in memory, for applications to query."""

from __future__ import annotations

from sqlalchemy import Engine, ForeignKey, create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    selectinload,
)
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    """The mapping of this shop alone."""


class Order(Base):
    """An order."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list[Item]] = relationship()


class Item(Base):
    """One line of an order."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))


def shop(orders: int = 3) -> Engine:
    """Open a shop with so many orders of one item each."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Order(items=[Item(sku="pen")]) for _ in range(orders))
        session.commit()
    return engine


def sin(engine: Engine) -> list[list[str]]:
    """List the orders with a lazy load for each: 1 + n queries."""
    with Session(engine) as session:
        return [[item.sku for item in order.items] for order in session.scalars(select(Order))]


def cure(engine: Engine) -> list[list[str]]:
    """List the orders with their items loaded eagerly: 2 queries."""
    with Session(engine) as session:
        orders = session.scalars(select(Order).options(selectinload(Order.items)))
        return [[item.sku for item in order.items] for order in orders]
