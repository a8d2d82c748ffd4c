"""Relationships and columns that the mapping itself says to load eagerly, or not at all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    column_property,
    joinedload,
    lazyload,
    relationship,
    selectinload,
)

from tests.scenarios import models
from tests.scenarios.catalogue import silent
from tests.scenarios.database import found


class Base(DeclarativeBase):
    """Registry of a second mapping of the shop's tables."""


class Line(Base):
    """A line of an order: its product comes by a join, its sale is never loaded by itself."""

    __table__ = models.Item.__table__
    id: Mapped[int]
    sku: Mapped[str]
    product: Mapped[Article] = relationship(lazy="joined", viewonly=True)
    sale: Mapped[Sale] = relationship(lazy="raise", viewonly=True)


class Article(Base):
    """A product."""

    __table__ = models.Product.__table__
    id: Mapped[int]
    name: Mapped[str]


class Mark(Base):
    """A tag."""

    __table__ = models.Tag.__table__
    id: Mapped[int]
    name: Mapped[str]


class Sale(Base):
    """An order: everything below it is loaded eagerly, each in another way."""

    __table__ = models.Order.__table__
    id: Mapped[int]
    status: Mapped[str]
    lines: Mapped[list[Line]] = relationship(lazy="selectin", viewonly=True)
    marks: Mapped[list[Mark]] = relationship(
        secondary=models.order_tags, lazy="subquery", viewonly=True
    )
    other_lines: Mapped[list[Line]] = relationship(
        primaryjoin=lambda: Sale.id != Line.__table__.c.order_id,
        foreign_keys=lambda: Line.__table__.c.order_id,
        viewonly=True,
    )
    line_count: Mapped[int] = column_property(
        select(func.count())
        .select_from(models.Item.__table__)
        .where(models.Item.order_id == models.Order.id)
        .correlate(models.Order.__table__)
        .scalar_subquery()
    )


class Person(Base):
    """An employee whose subclasses' columns come along by a statement each."""

    __table__ = models.Employee.__table__
    __mapper_args__: dict[str, Any] = {  # noqa: RUF012
        "polymorphic_on": "kind",
        "polymorphic_identity": "employee",
    }
    id: Mapped[int]
    name: Mapped[str]


class Boss(Person):
    """A manager."""

    __table__ = models.Manager.__table__
    __mapper_args__: dict[str, Any] = {  # noqa: RUF012
        "polymorphic_identity": "manager",
        "polymorphic_load": "selectin",
    }
    budget: Mapped[int]


class Maker(Person):
    """An engineer."""

    __table__ = models.Engineer.__table__
    __mapper_args__: dict[str, Any] = {  # noqa: RUF012
        "polymorphic_identity": "engineer",
        "polymorphic_load": "selectin",
    }
    language: Mapped[str]


@silent
def relationships_mapped_as_selectin_come_with_their_parents(session: Session) -> object:
    """`lazy="selectin"`, and a joined relationship below it."""
    return [line.product.name for sale in session.scalars(select(Sale)) for line in sale.lines]


@silent
def relationships_mapped_as_subquery_come_with_their_parents(session: Session) -> object:
    """`lazy="subquery"`."""
    return [mark.name for sale in session.scalars(select(Sale)) for mark in sale.marks]


@silent
def relationships_mapped_as_joined_come_with_their_parents(session: Session) -> object:
    """`lazy="joined"`."""
    return [line.product.name for line in session.scalars(select(Line))]


@silent
def relationships_mapped_as_raise_are_loaded_by_an_option_only(session: Session) -> object:
    """`lazy="raise"` and joinedload."""
    lines = session.scalars(select(Line).options(joinedload(Line.sale)))
    return [line.sale.status for line in lines.unique()]


@silent
def an_object_by_key_brings_its_eagerly_mapped_relationships(session: Session) -> object:
    """Session.get() runs their statements too."""
    sale = found(session.get(Sale, 1))
    return sale.lines, sale.marks


@silent
def two_objects_by_key_bring_their_eagerly_mapped_relationships(session: Session) -> object:
    """The eager statements of two lookups are no loop either."""
    return [found(session.get(Sale, number)).lines for number in (1, 2)]


@silent
def a_refresh_brings_eagerly_mapped_relationships_again(session: Session) -> object:
    """One refresh, one statement for each of them."""
    sale = found(session.get(Sale, 1))
    sale.status = "sent"
    session.commit()
    session.refresh(sale)
    return sale.lines, sale.marks


@silent
def subclasses_mapped_as_selectin_come_with_their_base(session: Session) -> object:
    """`polymorphic_load="selectin"`."""
    staff = session.scalars(select(Person)).all()
    return [one.budget if isinstance(one, Boss) else one.name for one in staff]


@silent
def a_property_computed_by_a_subquery_comes_with_its_row(session: Session) -> object:
    """column_property: the count is in the select."""
    return [sale.line_count for sale in session.scalars(select(Sale))]


@silent
def a_view_only_relationship_loaded_eagerly_runs_one_more_statement(session: Session) -> object:
    """An odd join condition, and selectinload."""
    sales = session.scalars(select(Sale).options(selectinload(Sale.other_lines)))
    return [len(sale.other_lines) for sale in sales]


@silent
def an_eagerly_mapped_relationship_made_lazy_and_read_once_is_no_loop(
    session: Session,
) -> object:
    """Four sales, and the lines of the first."""
    sales = session.scalars(select(Sale).options(lazyload(Sale.lines))).all()
    return sales[0].lines
