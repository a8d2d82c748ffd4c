"""Loops as asynchronous applications write them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session, selectinload

from tests.scenarios.catalogue import loop, use
from tests.scenarios.models import Customer, Order

IDS = [1, 2, 3, 4]
ITEMS = "add .options(selectinload(Order.items))"
BY_KEY = "fetch the rows once: select(Customer).where(Customer.id.in_(ids))"
BY_CUSTOMER = "fetch the rows once: .where(Order.customer_id.in_(ids))"


async def _customers(session: AsyncSession) -> None:
    use(await session.scalars(select(Customer).where(Customer.id.in_(IDS))))


async def _orders(session: AsyncSession) -> None:
    use(await session.scalars(select(Order).where(Order.customer_id.in_(IDS))))


def _engine(session: AsyncSession) -> AsyncEngine:
    return AsyncEngine(session.get_bind().engine)


@loop("QW101", "Order.items", ITEMS, queries=(5, 2), count=4)
async def awaitable_attributes(session: AsyncSession, *options: Any) -> None:
    """`awaitable_attrs`, one await per order."""
    for order in await session.scalars(select(Order).options(*options)):  # loaded
        use(await order.awaitable_attrs.items)  # used


@loop(
    "QW101",
    "Customer.orders -> Order.items",
    "add .options(selectinload(Customer.orders).selectinload(Order.items))",
    queries=(9, 3),
)
async def awaitable_attributes_two_deep(session: AsyncSession, *options: Any) -> None:
    """A chain, awaited step by step."""
    for customer in await session.scalars(select(Customer).options(*options)):  # loaded
        for order in await customer.awaitable_attrs.orders:
            use(await order.awaitable_attrs.items)  # used


@loop("QW101", "Order.customer", "add .options(joinedload(Order.customer))", queries=(5, 1))
async def awaitable_to_one(session: AsyncSession, *options: Any) -> None:
    """A to-one."""
    orders = (await session.execute(select(Order).options(*options))).scalars().all()  # loaded
    use([(await order.awaitable_attrs.customer).name for order in orders])  # used


@loop("QW102", "Order.remarks", "add .options(undefer(Order.remarks))", queries=(5, 1))
async def awaitable_deferred_column(session: AsyncSession, *options: Any) -> None:
    """A deferred column, awaited per order."""
    for order in await session.scalars(select(Order).options(*options)):  # loaded
        use(await order.awaitable_attrs.remarks)  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
async def loop_in_run_sync(session: AsyncSession, *options: Any) -> None:
    """Loaded by the coroutine, used by the synchronous function."""

    def lines(_: Session) -> None:
        for order in orders:
            use(order.items)  # used

    orders = (await session.scalars(select(Order).options(*options))).all()  # loaded
    await session.run_sync(lines)


async def _each(session: AsyncSession, *options: Any) -> AsyncIterator[Order]:
    for order in await session.scalars(select(Order).options(*options)):  # loaded
        yield order


@loop("QW101", "Order.items", ITEMS, queries=(5, 2), where=(_each,))
async def async_generator(session: AsyncSession, *options: Any) -> None:
    """The query is the generator's, the loop its consumer's."""
    async for order in _each(session, *options):
        use(await order.awaitable_attrs.items)  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2))
async def streamed_parents(session: AsyncSession, *options: Any) -> None:
    """`stream_scalars()`, read to its end first."""
    stream = await session.stream_scalars(select(Order).options(*options))  # loaded
    for order in await stream.all():
        use(await order.awaitable_attrs.items)  # used


@loop("QW103", "SELECT customers", BY_KEY, queries=(4, 1), cure=_customers)
async def get_in_a_loop(session: AsyncSession, *options: Any) -> None:
    """`await session.get()` once per key."""
    for number in IDS:
        use(await session.get(Customer, number))  # used


@loop("QW103", "SELECT orders", BY_CUSTOMER, queries=(4, 1), cure=_orders)
async def scalars_in_a_loop(session: AsyncSession, *options: Any) -> None:
    """A select per key."""
    for number in IDS:
        use(await session.scalars(select(Order).where(Order.customer_id == number)))  # used


@loop("QW103", "SELECT orders", BY_CUSTOMER, queries=(4, 1), cure=_orders)
async def stream_in_a_loop(session: AsyncSession, *options: Any) -> None:
    """A server-side cursor per key."""
    for number in IDS:
        theirs = select(Order).where(Order.customer_id == number)
        async for order in await session.stream_scalars(theirs):  # used
            use(order.status)


@loop("QW103", "SELECT orders", BY_CUSTOMER, queries=(4, 1), cure=_orders)
async def async_comprehension(session: AsyncSession, *options: Any) -> None:
    """Awaited inside a comprehension."""
    theirs = select(Order)
    use([await session.scalars(theirs.where(Order.customer_id == one)) for one in IDS])  # used


async def _by_id(session: AsyncSession, number: int) -> Customer | None:
    return await session.get(Customer, number)  # used


@loop("QW103", "SELECT customers", BY_KEY, queries=(4, 1), cure=_customers, where=(_by_id,))
async def repository_awaited_in_a_loop(session: AsyncSession, *options: Any) -> None:
    """The query is the helper's, the loop its caller's."""
    for number in IDS:
        use(await _by_id(session, number))


@loop(
    "QW103",
    "SELECT orders",
    "fetch the rows once: WHERE customer_id IN (...)",
    queries=(4, 1),
    cure=_orders,
)
async def text_in_a_loop(session: AsyncSession, *options: Any) -> None:
    """Plain SQL."""
    orders = text("SELECT * FROM orders WHERE customer_id = :number")
    for number in IDS:
        use((await session.execute(orders, {"number": number})).all())  # used


async def _refreshed(session: AsyncSession) -> None:
    customers = select(Customer)
    use(await session.scalars(customers))
    again = customers.where(Customer.id > 0).execution_options(populate_existing=True)
    use(await session.scalars(again))


@loop(
    "QW103",
    "SELECT customers",
    "refresh them together: one select(Customer) with execution_options(populate_existing=True)",
    queries=(5, 2),
    cure=_refreshed,
)
async def refresh_in_a_loop(session: AsyncSession, *options: Any) -> None:
    """`await session.refresh()` of every object of a query."""
    for customer in await session.scalars(select(Customer)):
        await session.refresh(customer)  # used


async def _orders_twice(session: AsyncSession) -> None:
    use(await session.scalars(select(Order)))
    again = select(Order).where(Order.id > 0).options(selectinload(Order.items))
    use(await session.scalars(again.execution_options(populate_existing=True)))


@loop(
    "QW103",
    "SELECT orders",
    "refresh them together: one select(Order) with execution_options(populate_existing=True)",
    queries=(9, 3),
    cure=_orders_twice,
)
async def refresh_of_a_relationship_in_a_loop(session: AsyncSession, *options: Any) -> None:
    """What asynchronous applications do instead of a lazy load, two statements for each."""
    for order in (await session.scalars(select(Order))).all():
        await session.refresh(order, ["items"])  # used


async def _alone(engine: AsyncEngine, number: int) -> None:
    async with AsyncSession(engine) as session:
        use(await session.get(Customer, number))  # used


@loop("QW103", "SELECT customers", BY_KEY, queries=(4, 1), cure=_customers, where=(_alone,))
async def gathered_tasks(session: AsyncSession, *options: Any) -> None:
    """A fan-out, with a session each."""
    engine = _engine(session)
    await asyncio.gather(*(_alone(engine, number) for number in IDS))


@loop("QW103", "SELECT customers", BY_KEY, queries=(4, 1), cure=_customers, where=(_alone,))
async def task_group(session: AsyncSession, *options: Any) -> None:
    """The same with a task group."""
    engine = _engine(session)
    async with asyncio.TaskGroup() as group:
        for number in IDS:
            group.create_task(_alone(engine, number))


@loop("QW103", "SELECT customers", BY_KEY, queries=(4, 1), cure=_customers)
async def gathered_without_a_function_of_ones_own(session: AsyncSession, *options: Any) -> None:
    """No line of the application runs such a task, so none is named."""
    sessions = [AsyncSession(_engine(session)) for _ in IDS]
    found = (own.get(Customer, number) for own, number in zip(sessions, IDS, strict=True))
    use(await asyncio.gather(*found))
    for own in sessions:
        await own.close()


async def _keeping(session: AsyncSession) -> None:
    session.sync_session.expire_on_commit = False
    customers = (await session.scalars(select(Customer))).all()
    await session.commit()
    use([await customer.awaitable_attrs.name for customer in customers])


@loop(
    "QW102",
    "Customer",
    "keep objects after a commit: sessionmaker(expire_on_commit=False)",
    queries=(5, 1),
    likely=True,
    cure=_keeping,
)
async def objects_read_after_a_commit(session: AsyncSession, *options: Any) -> None:
    """Expired, and awaited one by one."""
    customers = (await session.scalars(select(Customer))).all()  # loaded
    await session.commit()
    use([await customer.awaitable_attrs.name for customer in customers])  # used


_SYNC = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}


def _in_a_thread(engine: Engine, *options: Any) -> None:
    with Session(engine) as session:
        for order in session.scalars(select(Order).options(*options)):  # loaded
            use(order.items)  # used


@loop("QW101", "Order.items", ITEMS, queries=(5, 2), where=(_in_a_thread,))
async def synchronous_session_in_a_thread(session: AsyncSession, *options: Any) -> None:
    """`asyncio.to_thread()` takes the recording along."""
    url = _engine(session).url
    engine = create_engine(url.set(drivername=_SYNC[url.get_backend_name()]), poolclass=NullPool)
    await asyncio.to_thread(_in_a_thread, engine, *options)
    engine.dispose()


async def _counted(session: AsyncSession) -> None:
    use(await session.scalar(select(func.count(Order.id))))


@loop("QW201", "SELECT orders", "run it once and keep the result", queries=(3, 1), cure=_counted)
async def same_count_awaited_again(session: AsyncSession, *options: Any) -> None:
    """The same statement, the same answer."""
    for _ in range(3):
        use(await session.scalar(select(func.count(Order.id))))  # used
