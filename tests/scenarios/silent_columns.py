"""Columns that came with their objects, or were loaded for one or two."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import (
    Session,
    defer,
    load_only,
    selectin_polymorphic,
    selectinload,
    undefer,
    with_polymorphic,
)

from tests.scenarios.catalogue import silent, use
from tests.scenarios.database import found
from tests.scenarios.models import Customer, Employee, Engineer, Manager, Order, Region


@silent
def undeferred_columns_come_with_their_rows(session: Session) -> object:
    """The cure of a deferred column read in a loop."""
    orders = session.scalars(select(Order).options(undefer(Order.remarks)))
    return [order.remarks for order in orders]


@silent
def a_deferred_column_named_in_load_only_comes_with_its_rows(session: Session) -> object:
    """What is asked for is what is read."""
    orders = session.scalars(select(Order).options(load_only(Order.status, Order.remarks)))
    return [order.remarks for order in orders]


@silent
def columns_deferred_by_an_option_and_never_read_cost_nothing(session: Session) -> object:
    """A list without its long texts."""
    orders = session.scalars(select(Order).options(defer(Order.status)))
    return [order.id for order in orders]


@silent
def a_deferred_column_selected_as_a_column_is_no_load(session: Session) -> object:
    """Rows, not objects."""
    return session.execute(select(Order.id, Order.remarks)).all()


@silent
def a_deferred_column_of_one_object_is_no_loop(session: Session) -> object:
    """A detail page shows the long text."""
    return found(session.get(Order, 1)).remarks


@silent
def a_deferred_column_of_two_objects_is_below_the_limit(session: Session) -> object:
    """Three make a loop."""
    orders = session.scalars(select(Order).where(Order.id < 3))
    return [order.remarks for order in orders]


@silent
def two_deferred_loads_on_one_object_are_no_loop(session: Session) -> object:
    """One object, two columns, one after the other."""
    order = session.scalars(select(Order).where(Order.id == 1).options(defer(Order.status))).one()
    return order.status, order.remarks


@silent
def undeferred_below_an_eager_relationship_comes_with_its_rows(session: Session) -> object:
    """The option reaches through the relationship."""
    customers = session.scalars(
        select(Customer).options(selectinload(Customer.orders).undefer(Order.remarks))
    )
    return [order.remarks for customer in customers for order in customer.orders]


@silent
def subclass_columns_by_selectin_polymorphic_come_in_one_statement_each(
    session: Session,
) -> object:
    """Managers with their budgets, engineers with their languages."""
    staff = session.scalars(
        select(Employee).options(selectin_polymorphic(Employee, [Manager, Engineer]))
    )
    return [one.budget if isinstance(one, Manager) else one for one in staff]


@silent
def subclass_columns_by_with_polymorphic_come_in_one_statement(session: Session) -> object:
    """Outer joins to every subclass."""
    staff = with_polymorphic(Employee, [Manager, Engineer])
    return [one.language for one in session.scalars(select(staff)) if isinstance(one, Engineer)]


@silent
def subclass_columns_of_a_select_of_the_subclass_come_with_it(session: Session) -> object:
    """Only managers are asked for."""
    return [manager.budget for manager in session.scalars(select(Manager))]


@silent
def base_columns_of_subclass_objects_need_nothing_more(session: Session) -> object:
    """Everybody's name."""
    return [one.name for one in session.scalars(select(Employee))]


@silent
def subclass_relationships_by_a_polymorphic_option_come_in_one_statement(
    session: Session,
) -> object:
    """Managers' memos with select(Employee)."""
    staff = session.scalars(
        select(Employee).options(
            selectin_polymorphic(Employee, [Manager]), selectinload(Manager.memos)
        )
    )
    return [one.memos for one in staff if isinstance(one, Manager)]


@silent
def subclass_columns_of_two_objects_are_below_the_limit(session: Session) -> object:
    """Three make a loop."""
    named = Employee.name.in_(["manager 1", "manager 2"])
    staff = session.scalars(select(Employee).where(named))
    return [one.budget for one in staff if isinstance(one, Manager)]


@silent
def one_refresh_after_one_write_is_no_loop(session: Session) -> object:
    """What the database made of it."""
    region = Region(name="new")
    session.add(region)
    session.commit()
    session.refresh(region)
    return region.name


@silent
def an_expired_object_read_after_the_commit_is_loaded_once(session: Session) -> object:
    """One object, all its columns in one statement."""
    region = Region(name="new")
    session.add(region)
    session.commit()
    return region.id, region.name


@silent
def two_expired_objects_are_below_the_limit(session: Session) -> object:
    """Three make a loop."""
    regions = session.scalars(select(Region).where(Region.id < 3)).all()
    session.commit()
    return [region.name for region in regions]


@silent
def objects_kept_after_a_commit_are_not_loaded_again(session: Session) -> object:
    """The cure of reading expired objects."""
    session.expire_on_commit = False
    regions = session.scalars(select(Region)).all()
    session.commit()
    return [region.name for region in regions]


@silent
def expired_objects_are_refreshed_by_one_select(session: Session) -> object:
    """The other cure of reading expired objects."""
    regions = session.scalars(select(Region)).all()
    ids = [region.id for region in regions]
    session.commit()
    again = select(Region).where(Region.id.in_(ids))
    session.scalars(again.execution_options(populate_existing=True)).all()
    return [region.name for region in regions]


@silent
def expired_objects_that_nobody_reads_cost_nothing(session: Session) -> object:
    """Three commits with a list at hand."""
    regions = session.scalars(select(Region)).all()
    for _ in range(3):
        session.commit()
    return len(regions)


@silent
def one_attribute_expired_and_read_again_is_no_loop(session: Session) -> object:
    """A counter that a trigger keeps."""
    order = found(session.get(Order, 1))
    use(order.status)
    session.expire(order, ["status"])
    return order.status
