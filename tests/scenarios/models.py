"""The schema every scenario runs on: a shop with one of each kind of mapping."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, DateTime, ForeignKey, Integer, MetaData, String, Table
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    Session,
    WriteOnlyMapped,
    mapped_column,
    relationship,
)


class Base(AsyncAttrs, DeclarativeBase):
    """Registry of the shop."""

    metadata = MetaData()


order_tags = Table(
    "order_tags",
    Base.metadata,
    Column("order_id", ForeignKey("orders.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Region(Base):
    """Where a customer lives: the far end of a to-one chain."""

    __tablename__ = "regions"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))


class Customer(Base):
    """Someone with orders, a region, and an address of their own."""

    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("regions.id"))
    region: Mapped[Region | None] = relationship()
    address: Mapped[Address | None] = relationship(back_populates="customer")
    orders: Mapped[list[Order]] = relationship(back_populates="customer", order_by="Order.id")
    log_entries: DynamicMapped[LogEntry] = relationship()
    notes: WriteOnlyMapped[Note] = relationship()


class Address(Base):
    """One-to-one with a customer; the foreign key is on this side."""

    __tablename__ = "addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    street: Mapped[str] = mapped_column(String(50))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship(back_populates="address")


class LogEntry(Base):
    """Reached through a dynamic relationship."""

    __tablename__ = "log_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(50))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))


class Note(Base):
    """Reached through a write-only relationship."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(50))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))


class Order(Base):
    """What is bought: items, tags, a deferred column."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(20), default="new")
    remarks: Mapped[str] = mapped_column(String(200), default="-", deferred=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship(back_populates="orders")
    items: Mapped[list[Item]] = relationship(back_populates="order", order_by="Item.id")
    tags: Mapped[list[Tag]] = relationship(secondary=order_tags)
    item_skus: AssociationProxy[list[str]] = association_proxy("items", "sku")
    products: AssociationProxy[list[Product]] = association_proxy("items", "product")

    @hybrid_property
    def is_empty(self) -> bool:
        """Tell an order of nothing; on an instance that reads the items."""
        return not self.items  # used


class Tag(Base):
    """Many-to-many with orders."""

    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))


class Item(Base):
    """A line of an order: which product, how many."""

    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(String(50))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    order: Mapped[Order] = relationship(back_populates="items")
    product: Mapped[Product] = relationship(back_populates="items")


class Product(Base):
    """What is sold; two relationships to one class."""

    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    maker_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    maker: Mapped[Company] = relationship(foreign_keys=maker_id)
    seller: Mapped[Company] = relationship(foreign_keys=seller_id)
    items: Mapped[list[Item]] = relationship(back_populates="product")


class Company(Base):
    """Makes or sells products."""

    __tablename__ = "companies"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))


class Node(Base):
    """A tree, and through `previous` a linked list."""

    __tablename__ = "nodes"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("nodes.id"))
    children: Mapped[list[Node]] = relationship(back_populates="parent", order_by="Node.id")
    parent: Mapped[Node | None] = relationship(back_populates="children", remote_side="Node.id")


class Employee(Base):
    """Base of a joined inheritance."""

    __tablename__ = "employees"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    kind: Mapped[str] = mapped_column(String(20))
    __mapper_args__: dict[str, Any] = {"polymorphic_on": "kind", "polymorphic_identity": "employee"}  # noqa: RUF012


class Manager(Employee):
    """An employee with reports of their own to write."""

    __tablename__ = "managers"
    id: Mapped[int] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    budget: Mapped[int] = mapped_column(Integer)
    memos: Mapped[list[Memo]] = relationship(order_by="Memo.id")
    __mapper_args__: dict[str, Any] = {"polymorphic_identity": "manager"}  # noqa: RUF012


class Engineer(Employee):
    """An employee with a language."""

    __tablename__ = "engineers"
    id: Mapped[int] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(20))
    __mapper_args__: dict[str, Any] = {"polymorphic_identity": "engineer"}  # noqa: RUF012


class Memo(Base):
    """Written by a manager: a relationship of a subclass."""

    __tablename__ = "memos"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(50))
    manager_id: Mapped[int] = mapped_column(ForeignKey("managers.id"))


class Visit(Base):
    """A composite key and a time: what long lists are paged by."""

    __tablename__ = "visits"
    shop: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


_OPENING = datetime(2024, 1, 1, tzinfo=UTC)


def fill(session: Session, rows: int = 4) -> None:
    """Fill the shop: *rows* of everything, two below each."""
    for n in range(1, rows + 1):
        company = Company(name=f"company {n}")
        other = Company(name=f"other {n}")
        product = Product(name=f"product {n}", maker=company, seller=other)
        customer = Customer(
            name=f"customer {n}",
            region=Region(name=f"region {n}"),
            address=Address(street=f"street {n}"),
        )
        order = Order(
            customer=customer,
            items=[Item(sku=f"sku {n}-{i}", product=product) for i in range(2)],
            tags=[Tag(name=f"tag {n}")],
        )
        session.add_all([company, other, product, customer, order])
        session.flush()
        session.add_all(
            [
                LogEntry(text="created", customer_id=customer.id),
                Note(text="friendly", customer_id=customer.id),
                Manager(name=f"manager {n}", budget=n, memos=[Memo(text="one"), Memo(text="two")]),
                Engineer(name=f"engineer {n}", language="python"),
                Visit(shop="north", number=n, at=_OPENING + timedelta(days=n)),
                Visit(shop="south", number=n, at=_OPENING + timedelta(days=n, hours=1)),
            ]
        )
    root = Node(name="root")
    middle = [Node(name=f"node {n}", parent=root) for n in range(rows)]
    session.add_all([root, *[Node(name=f"leaf of {node.name}", parent=node) for node in middle]])
    session.commit()
