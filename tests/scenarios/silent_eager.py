"""Relationships loaded eagerly, in every way SQLAlchemy knows, and read in loops."""

from __future__ import annotations

import warnings

from sqlalchemy import insert, select
from sqlalchemy.exc import SADeprecationWarning
from sqlalchemy.orm import (
    Session,
    contains_eager,
    immediateload,
    joinedload,
    lazyload,
    noload,
    raiseload,
    selectinload,
    subqueryload,
    with_loader_criteria,
)

from tests.scenarios.catalogue import silent
from tests.scenarios.database import found
from tests.scenarios.models import Customer, Item, Node, Order, Product, Tag


@silent
def selectinload_over_more_than_500_parents_runs_several_statements(session: Session) -> object:
    """Each statement of selectinload takes 500 parents: 1,100 of them make three."""
    session.execute(insert(Order), [{"status": "bulk", "customer_id": 1} for _ in range(1100)])
    orders = session.scalars(
        select(Order).where(Order.status == "bulk").options(selectinload(Order.items))
    )
    return [order.items for order in orders]


@silent
def two_selectinloads_to_one_class_run_two_statements(session: Session) -> object:
    """A product's maker and seller are both companies."""
    products = session.scalars(
        select(Product).options(selectinload(Product.maker), selectinload(Product.seller))
    )
    return [(product.maker.name, product.seller.name) for product in products]


@silent
def nested_selectinloads_run_one_statement_per_level(session: Session) -> object:
    """Customers, their orders, the items of those, the products of those."""
    customers = session.scalars(
        select(Customer).options(
            selectinload(Customer.orders).selectinload(Order.items).selectinload(Item.product)
        )
    )
    return [
        item.product.name
        for customer in customers
        for order in customer.orders
        for item in order.items
    ]


@silent
def subqueryload_of_a_collection_runs_one_more_statement(session: Session) -> object:
    """The same loop, with the collection brought by a subquery."""
    orders = session.scalars(select(Order).options(subqueryload(Order.items)))
    return [item.sku for order in orders for item in order.items]


@silent
def joinedload_of_a_to_one_runs_one_statement(session: Session) -> object:
    """Orders with their customers and regions in one select."""
    orders = session.scalars(
        select(Order).options(joinedload(Order.customer).joinedload(Customer.region))
    )
    return [order.customer.region for order in orders]


@silent
def joinedload_of_a_collection_runs_one_statement(session: Session) -> object:
    """Orders with their items, made unique again."""
    orders = session.scalars(select(Order).options(joinedload(Order.items))).unique()
    return [item.sku for order in orders for item in order.items]


@silent
def contains_eager_reads_what_the_join_brought(session: Session) -> object:
    """The application wrote the join itself."""
    orders = session.scalars(
        select(Order).join(Order.customer).options(contains_eager(Order.customer))
    )
    return [order.customer.name for order in orders]


@silent
def immediateload_of_one_object_runs_one_more_statement(session: Session) -> object:
    """One order, its items at once."""
    order = session.scalars(
        select(Order).where(Order.id == 1).options(immediateload(Order.items))
    ).one()
    return [item.sku for item in order.items]


@silent
def one_object_by_get_with_eager_options_loads_each_relationship_once(session: Session) -> object:
    """Session.get() takes loader options as well."""
    options = [selectinload(Order.items), selectinload(Order.tags), joinedload(Order.customer)]
    order = found(session.get(Order, 1, options=options))
    return order.items, order.tags, order.customer


@silent
def a_tree_loaded_by_recursive_selectinload_runs_one_statement_per_level(
    session: Session,
) -> object:
    """The root, its children, and theirs, read by a recursive function."""

    def names(node: Node) -> list[str]:
        return [node.name, *(name for child in node.children for name in names(child))]

    root = session.scalars(
        select(Node)
        .where(Node.parent_id.is_(None))
        .options(selectinload(Node.children, recursion_depth=-1))
    ).one()
    return names(root)


@silent
def selectinload_of_a_many_to_many_runs_one_more_statement(session: Session) -> object:
    """Orders and their tags."""
    orders = session.scalars(select(Order).options(selectinload(Order.tags)))
    return [tag.name for order in orders for tag in order.tags]


@silent
def an_association_proxy_over_an_eager_collection_runs_nothing(session: Session) -> object:
    """The proxy reads items that are there."""
    orders = session.scalars(select(Order).options(selectinload(Order.items)))
    return [sku for order in orders for sku in order.item_skus]


@silent
def an_association_proxy_over_an_eager_chain_runs_nothing(session: Session) -> object:
    """The proxy goes through items to products, both eagerly loaded."""
    orders = session.scalars(
        select(Order).options(selectinload(Order.items).joinedload(Item.product))
    )
    return [product.name for order in orders for product in order.products]


@silent
def raiseload_on_what_is_not_read_runs_nothing(session: Session) -> object:
    """Only the columns are read."""
    orders = session.scalars(select(Order).options(raiseload("*")))
    return [order.status for order in orders]


@silent
def noload_leaves_a_collection_empty(session: Session) -> object:
    """The collection is read, and nothing is loaded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SADeprecationWarning)
        empty = noload(Order.tags)
    return [order.tags for order in session.scalars(select(Order).options(empty))]


@silent
def a_lazy_relationship_that_nobody_reads_costs_nothing(session: Session) -> object:
    """Lazy, and left alone."""
    orders = session.scalars(select(Order).options(lazyload(Order.items)))
    return [order.status for order in orders]


@silent
def one_eager_query_per_class_in_three_lines_is_no_loop(session: Session) -> object:
    """Three lists, each with its relationship."""
    orders = session.scalars(select(Order).options(selectinload(Order.items))).all()
    customers = session.scalars(select(Customer).options(selectinload(Customer.orders))).all()
    products = session.scalars(select(Product).options(selectinload(Product.items))).all()
    return [
        *(order.items for order in orders),
        *(customer.orders for customer in customers),
        *(product.items for product in products),
    ]


@silent
def loader_criteria_narrow_an_eager_load(session: Session) -> object:
    """Only some of the items of each order."""
    orders = session.scalars(
        select(Order).options(
            selectinload(Order.items), with_loader_criteria(Item, Item.sku.like("%-0"))
        )
    )
    return [item.sku for order in orders for item in order.items]


@silent
def an_eager_collection_filtered_in_its_option_is_loaded_at_once(session: Session) -> object:
    """`Order.items.and_(...)` inside selectinload."""
    only = Order.items.and_(Item.sku.like("%-1"))
    orders = session.scalars(select(Order).options(selectinload(only)))
    return [item.sku for order in orders for item in order.items]


@silent
def eager_relationships_read_twice_load_once(session: Session) -> object:
    """Two loops over the same orders."""
    orders = session.scalars(select(Order).options(selectinload(Order.items))).all()
    first = [len(order.items) for order in orders]
    return first, [item.sku for order in orders for item in order.items]


@silent
def lists_grouped_in_memory_need_no_relationship(session: Session) -> object:
    """Two selects and a dictionary."""
    orders = session.scalars(select(Order)).all()
    items: dict[int, list[Item]] = {order.id: [] for order in orders}
    for item in session.scalars(select(Item).where(Item.order_id.in_(items))):
        items[item.order_id].append(item)
    return [items[order.id] for order in orders]


@silent
def three_selectinloads_below_one_parent_run_three_statements(session: Session) -> object:
    """Side by side, not one below the other."""
    orders = session.scalars(
        select(Order).options(
            selectinload(Order.items), selectinload(Order.tags), selectinload(Order.customer)
        )
    )
    return [(order.items, order.tags, order.customer) for order in orders]


@silent
def an_eager_load_that_finds_nothing_is_not_repeated(session: Session) -> object:
    """New tags have no orders, leaf nodes no children."""
    leaves = session.scalars(
        select(Node).where(~Node.children.any()).options(selectinload(Node.children))
    )
    tags = session.scalars(select(Tag).where(Tag.name == "unknown"))
    return [leaf.children for leaf in leaves], tags.all()
