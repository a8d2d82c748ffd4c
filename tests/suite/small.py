"""A project of one module, for one test at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.suite.project import Project

SHOP: Final = """\
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.orm import selectinload
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True)


class Order(Base):
    __tablename__ = "orders"
    items: Mapped[list["Item"]] = relationship()


class Item(Base):
    __tablename__ = "items"
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))


engine = create_engine(
    "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
)
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all(Order(items=[Item()]) for _ in range(3))
    session.commit()


def sin():
    with Session(engine) as session:
        return [len(order.items) for order in session.scalars(select(Order))]


def cure():
    with Session(engine) as session:
        orders = session.scalars(select(Order).options(selectinload(Order.items)))
        return [len(order.items) for order in orders]
"""
ENTRY: Final = '{"code": "QW101", "subject": "Order.items", "file": "shop.py", "function": "sin"}'
HEAD: Final = "import pytest\n\nfrom shop import cure, sin\n\n\n"


def project(folder: Path, tests: str, baseline: str = "") -> Project:
    """Write a shop, a module of *tests* and, where given, a *baseline*."""
    made = Project(folder)
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\npythonpath = ['.']\n")
    (folder / "shop.py").write_text(SHOP)
    (folder / "test_shop.py").write_text(HEAD + tests)
    if baseline:
        made.baseline.write_text(baseline, encoding="utf-8")
    return made
