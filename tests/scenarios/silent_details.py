"""Single objects and all that belongs to them; what is in memory already."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.scenarios.catalogue import silent, use
from tests.scenarios.database import found
from tests.scenarios.models import Customer, Item, Node, Order, Product, Tag


def total_of(session: Session, number: int) -> int:
    """Load one order and read its items."""
    return len(found(session.get(Order, number)).items)


@silent
def objects_already_loaded_are_found_in_memory(session: Session) -> object:
    """Session.get() of what the list brought runs nothing."""
    orders = session.scalars(select(Order)).all()
    return [session.get(Order, order.id) for order in orders]


@silent
def to_one_targets_already_loaded_are_found_in_memory(session: Session) -> object:
    """All customers first, then the orders' own."""
    customers = session.scalars(select(Customer)).all()
    orders = session.scalars(select(Order)).all()
    return len(customers), [order.customer.name for order in orders]


@silent
def one_target_shared_by_all_parents_is_loaded_once(session: Session) -> object:
    """Both items of an order have one product."""
    items = session.scalars(select(Item).where(Item.order_id == 1)).all()
    return [item.product.name for item in items]


@silent
def a_detail_page_of_one_object_may_load_five_relationships(session: Session) -> object:
    """One order and everything about it."""
    order = found(session.get(Order, 1))
    customer = order.customer
    return order.items, order.tags, customer.region, customer.address


@silent
def a_detail_page_by_select_may_load_what_it_shows(session: Session) -> object:
    """The object by select(), its relationships by attribute."""
    product = session.scalars(select(Product).where(Product.id == 1)).one()
    return product.maker, product.seller, product.items


@silent
def a_chain_below_one_object_is_no_loop(session: Session) -> object:
    """An item, its order, that one's customer, that one's region."""
    item = found(session.get(Item, 1))
    return item.order.customer.region


@silent
def two_objects_loaded_singly_may_load_the_same_relationship(session: Session) -> object:
    """Each by a statement of its own."""
    first = found(session.get(Order, 1))
    second = found(session.get(Order, 2))
    return first.items, second.items


@silent
def two_objects_selected_singly_may_load_the_same_relationship(session: Session) -> object:
    """From and to, say."""
    source = session.scalars(select(Customer).where(Customer.name == "customer 1")).one()
    target = session.scalars(select(Customer).where(Customer.name == "customer 2")).one()
    return source.orders, target.orders


@silent
def one_service_called_on_two_lines_may_load_the_same_relationship(session: Session) -> object:
    """It loads one order each time."""
    before = total_of(session, 1)
    after = total_of(session, 2)
    return before, after


@silent
def two_objects_looked_up_in_a_loop_of_two_may_load_the_same_relationship(
    session: Session,
) -> object:
    """From one line, and still each by a statement of its own."""
    return [total_of(session, number) for number in (1, 2)]


@silent
def two_new_objects_may_load_the_same_relationship(session: Session) -> object:
    """No query brought them in."""
    orders = [Order(customer_id=1), Order(customer_id=2)]
    session.add_all(orders)
    session.flush()
    return [order.customer for order in orders]


@silent
def two_steps_up_a_tree_are_below_the_limit(session: Session) -> object:
    """A leaf, the node above it, the root."""
    node = session.scalars(select(Node).where(Node.name.like("leaf%")).limit(1)).one()
    names = [node.name]
    while node.parent is not None:
        node = node.parent
        names.append(node.name)
    return names


@silent
def three_steps_along_a_chain_of_classes_are_no_loop(session: Session) -> object:
    """Every step is another relationship."""
    item = session.scalars(select(Item).where(Item.id == 1)).one()
    return item.product.maker, item.order.customer.region


@silent
def one_row_of_a_list_may_load_its_relationship(session: Session) -> object:
    """A list, and one of its rows unfolded."""
    orders = session.scalars(select(Order).order_by(Order.id)).all()
    return orders[0].items, orders[0].tags


@silent
def one_row_each_of_two_lists_may_load_their_relationships(session: Session) -> object:
    """Two lists, the first of each unfolded."""
    early = session.scalars(select(Order).where(Order.id < 3)).all()
    late = session.scalars(select(Order).where(Order.id >= 3)).all()
    return early[0].items, late[0].items


@silent
def keys_that_are_null_load_nothing(session: Session) -> object:
    """A customer of no region."""
    people = [{"name": f"guest {n}", "region_id": None} for n in range(4)]
    session.execute(insert(Customer), people)
    guests = session.scalars(select(Customer).where(Customer.region_id.is_(None)))
    return [guest.region for guest in guests]


@silent
def a_loop_over_no_row_runs_its_query_only(session: Session) -> object:
    """Nothing found, nothing to load."""
    orders = session.scalars(select(Order).where(Order.status == "unknown"))
    return [order.items for order in orders]


@silent
def a_loop_over_one_row_is_no_loop(session: Session) -> None:
    """One parent, one lazy load, one lookup."""
    for order in session.scalars(select(Order).where(Order.id == 1)).all():
        use(order.items, session.get(Tag, order.id))


@silent
def a_row_read_before_and_after_its_write_is_no_duplicate(session: Session) -> object:
    """After a write the answer may differ."""
    status = select(Order.status).where(Order.id == 1)
    before = session.scalar(status)
    found(session.get(Order, 1)).status = "sent"
    session.flush()
    return before, session.scalar(status)


@silent
def a_tree_read_from_memory_by_recursion_runs_one_statement(session: Session) -> object:
    """All nodes in one list, put together afterwards."""
    nodes = session.scalars(select(Node)).all()

    def below(parent: int | None) -> list[tuple[str, object]]:
        return [(node.name, below(node.id)) for node in nodes if node.parent_id == parent]

    return below(None)


@silent
def a_tree_read_by_a_recursive_query_runs_one_statement(session: Session) -> object:
    """The database does the recursion."""
    top = select(Node.id).where(Node.parent_id.is_(None)).cte("tree", recursive=True)
    tree = top.union_all(select(Node.id).join(top, Node.parent_id == top.c.id))
    return session.scalars(select(Node).where(Node.id.in_(select(tree.c.id)))).all()
