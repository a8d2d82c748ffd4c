"""Patterns of asyncio that are no loop."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import Select, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session, selectinload, undefer

from tests.scenarios.catalogue import silent, use
from tests.scenarios.database import batch_size, found
from tests.scenarios.models import Customer, Item, Order, Product, Region, Tag


def engine_of(session: AsyncSession) -> AsyncEngine:
    """Return the engine to open more sessions on."""
    return session.bind.engine  # type: ignore[union-attr,return-value]


async def rows_of(engine: AsyncEngine, statement: Select[Any]) -> list[Any]:
    """Run one statement in a session of its own."""
    async with AsyncSession(engine) as session:
        return list((await session.scalars(statement)).all())


async def order_numbered(session: AsyncSession, number: int) -> Order:
    """Look one order up, as a repository does."""
    return (await session.scalars(select(Order).where(Order.id == number))).one()


@silent
async def three_different_statements_gathered_are_no_loop(session: AsyncSession) -> object:
    """A dashboard that asks for everything at once."""
    engine = engine_of(session)
    return await asyncio.gather(
        rows_of(engine, select(Order)),
        rows_of(engine, select(Customer)),
        rows_of(engine, select(func.count()).select_from(Item)),
    )


@silent
async def three_different_statements_in_a_task_group_are_no_loop(session: AsyncSession) -> object:
    """The same by TaskGroup."""
    engine = engine_of(session)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(rows_of(engine, statement))
            for statement in (select(Order), select(Tag), select(Region))
        ]
    return [task.result() for task in tasks]


@silent
async def two_lookups_gathered_are_below_the_limit(session: AsyncSession) -> object:
    """Three make a loop."""
    engine = engine_of(session)
    statements = [select(Order).where(Order.id == number) for number in (1, 2)]
    return await asyncio.gather(*(rows_of(engine, statement) for statement in statements))


@silent
async def one_stream_is_one_statement(session: AsyncSession) -> object:
    """Rows come as they are fetched."""
    return [order.status async for order in await session.stream_scalars(select(Order))]


@silent
async def a_stream_in_partitions_is_one_statement(session: AsyncSession) -> object:
    """Rows by ones."""
    result = await session.stream(select(Order.id).execution_options(yield_per=1))
    return [rows async for rows in result.partitions()]


@silent
async def a_stream_with_selectinload_runs_it_once_per_batch(session: AsyncSession) -> object:
    """Four batches, four eager statements."""
    orders = await session.stream_scalars(
        select(Order)
        .options(selectinload(Order.items))
        .execution_options(yield_per=batch_size(session.sync_session))
    )
    return [item.sku async for order in orders for item in order.items]


@silent
async def awaitable_attributes_of_one_object_are_a_detail_page(session: AsyncSession) -> object:
    """Five relationships of one order."""
    order = found(await session.get(Order, 1))
    customer = await order.awaitable_attrs.customer
    return (
        await order.awaitable_attrs.items,
        await order.awaitable_attrs.tags,
        await customer.awaitable_attrs.region,
        await customer.awaitable_attrs.address,
    )


@silent
async def awaitable_attributes_loaded_eagerly_run_nothing(session: AsyncSession) -> object:
    """The cure of awaiting them in a loop."""
    orders = await session.scalars(select(Order).options(selectinload(Order.items)))
    return [await order.awaitable_attrs.items for order in orders]


@silent
async def undeferred_columns_need_no_awaiting(session: AsyncSession) -> object:
    """The cure of awaiting a deferred column in a loop."""
    orders = await session.scalars(select(Order).options(undefer(Order.remarks)))
    return [order.remarks for order in orders]


@silent
async def two_objects_loaded_singly_may_await_the_same_relationship(
    session: AsyncSession,
) -> object:
    """Each by a statement of its own."""
    first = found(await session.get(Order, 1))
    second = found(await session.get(Order, 2))
    return await first.awaitable_attrs.items, await second.awaitable_attrs.items


@silent
async def run_sync_of_a_function_with_eager_loads_is_no_loop(session: AsyncSession) -> object:
    """Synchronous code below an asynchronous session."""

    def names(sync: Session) -> list[str]:
        products = sync.scalars(select(Product).options(selectinload(Product.maker)))
        return [product.maker.name for product in products]

    return await session.run_sync(names)


@silent
async def a_coroutine_awaited_on_three_lines_is_no_loop(session: AsyncSession) -> object:
    """One line in the repository, three lines above it."""
    first = await order_numbered(session, 1)
    second = await order_numbered(session, 2)
    third = await order_numbered(session, 3)
    return first, second, third


@silent
async def pages_awaited_by_key_are_one_list(session: AsyncSession) -> object:
    """Each page begins after the last id of the one before."""
    last = 0
    page = select(Order).order_by(Order.id).limit(1)
    while orders := (await session.scalars(page.where(Order.id > last))).all():
        last = orders[-1].id
    return last


@silent
async def batches_of_keys_gathered_are_one_lookup(session: AsyncSession) -> object:
    """IN lists of three, the last one shorter, each in a session of its own."""
    engine = engine_of(session)
    batches = [select(Item).where(Item.id.in_(ids)) for ids in ([1, 2, 3], [4, 5, 6], [7, 8])]
    return await asyncio.gather(*(rows_of(engine, batch) for batch in batches))


@silent
async def many_objects_in_one_awaited_commit_are_one_write(session: AsyncSession) -> None:
    """One flush, three hundred rows."""
    session.add_all([Tag(name=f"fresh {n}") for n in range(300)])
    await session.commit()


@silent
async def one_awaited_executemany_is_one_write(session: AsyncSession) -> None:
    """A list of rows."""
    await session.execute(insert(Tag), [{"name": f"fresh {n}"} for n in range(50)])


@silent
async def one_awaited_refresh_after_one_write_is_no_loop(session: AsyncSession) -> object:
    """What the database made of it."""
    region = Region(name="fresh")
    session.add(region)
    await session.commit()
    await session.refresh(region)
    return region.name


@silent
async def awaited_pings_are_no_duplicates(session: AsyncSession) -> None:
    """A health check, several times, then one query."""
    for _ in range(4):
        await session.execute(text("SELECT 1"))
    use((await session.scalars(select(Tag))).all())
