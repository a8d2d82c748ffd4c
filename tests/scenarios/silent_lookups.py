"""Lookups that look alike and are no loop: details, single steps, hits in memory."""

from __future__ import annotations

from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from tests.scenarios.catalogue import off_the_record, silent
from tests.scenarios.models import (
    Base,
    Company,
    Customer,
    Item,
    Order,
    Product,
    Region,
    Tag,
    fill,
)


def order_named(session: Session, number: int) -> Order:
    """Look one order up, as a repository does."""
    return session.scalars(select(Order).where(Order.id == number)).one()


@silent
def three_lookups_on_three_lines_are_no_loop(session: Session) -> object:
    """Session.get(), written three times."""
    first = session.get(Order, 1)
    second = session.get(Order, 2)
    third = session.get(Order, 3)
    return first, second, third


@silent
def the_same_select_on_two_lines_with_other_values_is_no_loop(session: Session) -> object:
    """Two customers by name."""
    buyer = session.scalars(select(Customer).where(Customer.name == "customer 1")).one()
    seller = session.scalars(select(Customer).where(Customer.name == "customer 3")).one()
    return buyer, seller


@silent
def a_helper_called_on_two_lines_is_no_loop(session: Session) -> object:
    """One line in the helper, two lines above it."""
    first = order_named(session, 1)
    second = order_named(session, 2)
    return first, second


@silent
def a_helper_called_on_three_lines_is_no_loop(session: Session) -> object:
    """One line in the helper, three lines above it."""
    first = order_named(session, 1)
    second = order_named(session, 2)
    third = order_named(session, 3)
    return first, second, third


@silent
def three_lookups_written_on_one_line_are_no_loop(session: Session) -> object:
    """A line is no loop."""
    return order_named(session, 1), order_named(session, 2), order_named(session, 3)


@silent
def three_steps_of_a_pipeline_that_share_a_helper_are_no_loop(session: Session) -> object:
    """The loop goes over functions, and each of them looks up what it needs."""

    def first(session: Session) -> Order:
        return order_named(session, 1)

    def second(session: Session) -> Order:
        return order_named(session, 2)

    def third(session: Session) -> Order:
        return order_named(session, 3)

    return [step(session) for step in (first, second, third)]


@silent
def a_loop_of_two_lookups_is_below_the_limit(session: Session) -> object:
    """Three make a loop."""
    return [order_named(session, number) for number in (1, 2)]


@silent
def a_loop_of_two_gets_is_below_the_limit(session: Session) -> object:
    """Three make a loop, by Session.get() too."""
    return [session.get(Customer, number) for number in (1, 2)]


@silent
def searches_that_find_nothing_are_no_loop(session: Session) -> object:
    """By number, by name, by status."""
    return [
        session.get(Order, 10_001),
        session.scalars(select(Tag).where(Tag.name == "unknown")).first(),
        session.scalars(select(Order).where(Order.status == "lost")).all(),
    ]


@silent
def counts_of_different_tables_in_a_loop_are_different_statements(session: Session) -> object:
    """A dashboard."""
    return [
        session.scalar(select(func.count()).select_from(model))
        for model in (Order, Customer, Item, Tag, Product)
    ]


@silent
def a_fixed_list_of_tables_read_in_a_loop_is_no_loop(session: Session) -> object:
    """An export: every statement names another table."""
    tables = ("regions", "companies", "tags", "products")
    return [session.execute(text(f"SELECT * FROM {table}")).all() for table in tables]


@silent
def lookups_by_different_columns_are_different_statements(session: Session) -> object:
    """By id, by name, by region."""
    conditions = (Customer.id == 1, Customer.name == "customer 2", Customer.region_id == 3)
    return [session.scalars(select(Customer).where(one)).all() for one in conditions]


@silent
def two_alternating_statements_run_twice_each_are_no_loop(session: Session) -> object:
    """Order, customer, order, customer."""
    return [
        (
            session.scalars(select(Order).where(Order.id == number)).one(),
            session.scalars(select(Tag).where(Tag.id == number)).one(),
        )
        for number in (1, 2)
    ]


@silent
def the_same_statement_with_two_limits_is_no_duplicate(session: Session) -> object:
    """One, then two."""
    first = session.scalars(select(Order).order_by(Order.id).limit(1)).all()
    more = session.scalars(select(Order).order_by(Order.id).limit(2)).all()
    return first, more


@silent
def the_same_statement_on_primary_and_replica_is_no_duplicate(session: Session) -> object:
    """Two engines, one answer each."""
    replica = create_engine("sqlite://", poolclass=StaticPool)
    with off_the_record(), Session(replica) as other:
        Base.metadata.create_all(replica)
        fill(other)
    with Session(replica) as other:
        newest = select(Order).where(Order.id == 1)
        found = session.scalars(newest).one(), other.scalars(newest).one()
    replica.dispose()
    return found


@silent
def the_same_statement_on_two_databases_in_memory_is_no_duplicate(session: Session) -> object:
    """One URL, two databases."""
    engines = [create_engine("sqlite://", poolclass=StaticPool) for _ in range(2)]
    found: list[Order] = []
    for engine in engines:
        with off_the_record():
            Base.metadata.create_all(engine)
        with Session(engine) as other:
            found += other.scalars(select(Order)).all()
        engine.dispose()
    return found


@silent
def an_answer_kept_in_a_variable_is_asked_once(session: Session) -> object:
    """Five permission checks, one statement."""
    allowed = session.scalar(select(Customer.id).where(Customer.name == "customer 1"))
    return [allowed is not None for _ in range(5)]


@silent
def keys_collected_per_level_are_looked_up_in_one_batch_each(session: Session) -> object:
    """What a data loader does: customers of the orders, then regions of the customers."""
    orders = session.scalars(select(Order)).all()
    ids = {order.customer_id for order in orders}
    customers = session.scalars(select(Customer).where(Customer.id.in_(ids))).all()
    regions = {customer.region_id for customer in customers}
    return session.scalars(select(Region).where(Region.id.in_(regions))).all()


@silent
def rows_looked_up_at_once_and_kept_by_key_run_one_statement(session: Session) -> object:
    """The cure of a lookup per row."""
    orders = session.scalars(select(Order)).all()
    ids = [order.customer_id for order in orders]
    found = session.scalars(select(Customer).where(Customer.id.in_(ids)))
    customers = {customer.id: customer for customer in found}
    return [customers[order.customer_id].name for order in orders]


@silent
def numbers_counted_per_group_run_one_statement(session: Session) -> object:
    """The cure of a count per row."""
    ordered = Item.order_id.in_([1, 2, 3, 4])
    counts = select(Item.order_id, func.count()).where(ordered).group_by(Item.order_id)
    return [(order, count) for order, count in session.execute(counts)]


@silent
def the_first_of_each_group_by_rank_runs_one_statement(session: Session) -> object:
    """The cure of a limited query per row."""
    rank = func.row_number().over(partition_by=Item.order_id, order_by=Item.id).label("rank")
    ranked = select(Item.id, rank).subquery()
    newest = select(Item).join(ranked, Item.id == ranked.c.id).where(ranked.c.rank == 1)
    return session.scalars(newest).all()


@silent
def a_correlated_subquery_counts_in_one_statement(session: Session) -> object:
    """The database does the loop."""
    count = select(func.count(Item.id)).where(Item.order_id == Order.id).scalar_subquery()
    return session.execute(select(Order.id, count)).all()


@silent
def several_lists_of_one_class_by_different_filters_are_no_loop(session: Session) -> object:
    """Three statements that only share a table."""
    return [
        session.scalars(select(Company).where(Company.name.like("company%"))).all(),
        session.scalars(select(Company).where(Company.id < 3)).all(),
        session.scalars(select(Company).order_by(Company.name)).all(),
    ]
