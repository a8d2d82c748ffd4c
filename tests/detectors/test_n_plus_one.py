"""QW101 on recordings made by hand."""

from __future__ import annotations

from querywatch import Finding
from querywatch.detectors import NPlusOne
from querywatch.model import Load, Step
from tests.detectors.scenes import HEAD, LOOP, ORDERS, found, lazy, recording

PRODUCTS = Load(
    "Item.products",
    path=(Step("Order.items", many=True), Step("Item.products", many=True)),
    owner="Item",
    base="Item",
    target="Product",
)


def test_the_finding_says_everything() -> None:
    """Subject, both lines, the fix, its place, the prediction and the evidence."""
    scene = recording(ORDERS, [lazy(number) for number in range(12)])

    assert found(NPlusOne(), scene) == [
        Finding(
            code="QW101",
            subject="Order.items",
            message="Order.items lazy-loaded 12×",
            count=12,
            duration=0.024,
            statement="SELECT items.id FROM items WHERE ? = items.order_id",
            used_at=LOOP,
            loaded_at=HEAD,
            fix="add .options(selectinload(Order.items))",
            fix_at=HEAD,
            queries_before=13,
            queries_after=2,
            evidence=tuple(range(1, 13)),
        )
    ]


def test_the_headline_is_the_promised_one() -> None:
    """Code, kind, what, where and how long, in one line."""
    (finding,) = found(NPlusOne(), recording(ORDERS, [lazy(n) for n in range(12)]))

    assert finding.headline == (
        "QW101 N+1: Order.items lazy-loaded 12× at app/shop.py:37 in list_orders()  [24.0 ms]"
    )
    assert finding.cure == (
        "app/shop.py:36  add .options(selectinload(Order.items))   13 → 2 queries"
    )


def test_two_parents_are_a_loop_and_one_is_not() -> None:
    """At any count from two."""
    assert len(found(NPlusOne(), recording(ORDERS, [lazy(1), lazy(2)]))) == 1
    assert found(NPlusOne(), recording(ORDERS, lazy(1))) == []


def test_one_parent_again_is_not_another_parent() -> None:
    """Loads for one object, however many, are no loop over objects."""
    assert found(NPlusOne(), recording(ORDERS, [lazy(1) for _ in range(5)])) == []


def test_loads_that_are_equal_need_not_be_one_object() -> None:
    """Whoever makes recordings by hand, or reads them, need not share them between queries."""
    items = [lazy(number, parent=None) for number in range(3)]
    products = [
        lazy(10 + number, load=PRODUCTS._replace(), parent=number, run=-1) for number in range(3)
    ]

    (finding,) = found(NPlusOne(), recording(items, products))

    assert (finding.subject, finding.count) == ("Order.items -> Item.products", 6)


def test_the_threshold_counts_parents() -> None:
    """`parents` is the smallest number of objects that is objected to."""
    scene = recording(ORDERS, [lazy(1), lazy(2), lazy(3)])

    assert len(found(NPlusOne(parents=3), scene)) == 1
    assert found(NPlusOne(parents=4), scene) == []


def test_parents_loaded_singly_are_no_loop() -> None:
    """Two objects, each fetched by a query of its own on a line of its own."""
    first = ORDERS._replace(place=10)
    second = ORDERS._replace(place=11)
    scene = recording(first, second, [lazy(1, parent=0), lazy(2, parent=1)])

    assert found(NPlusOne(), scene) == []


def test_two_relationships_are_two_loops() -> None:
    """Each relationship has its own finding and its own fix."""
    load = Load("Order.tags", (Step("Order.tags", many=True),), owner="Order")
    tags = [lazy(n, load=load, statement="SELECT tags.id") for n in (1, 2)]
    scene = recording(ORDERS, [lazy(1), lazy(2)], tags)

    findings = found(NPlusOne(), scene)
    assert [finding.subject for finding in findings] == ["Order.items", "Order.tags"]


def test_a_to_one_relationship_is_joined() -> None:
    """The fix knows the cardinality; a join costs no statement of its own."""
    load = Load("Order.customer", (Step("Order.customer", many=False),), owner="Order")
    scene = recording(ORDERS, [lazy(n, load=load) for n in (1, 2)])

    (finding,) = found(NPlusOne(), scene)
    assert finding.fix == "add .options(joinedload(Order.customer))"
    assert (finding.queries_before, finding.queries_after) == (3, 1)


def test_a_loop_without_a_known_query_predicts_nothing() -> None:
    """Parents loaded before the recording: the fix names them, and no number is promised."""
    scene = recording([lazy(1, parent=None), lazy(2, parent=None)])

    (finding,) = found(NPlusOne(), scene)
    assert finding.fix == "add .options(selectinload(Order.items)) to the query that loaded Order"
    assert finding.loaded_at is None
    assert finding.prediction == ""
    assert finding.queries_saved == 0


def test_without_a_line_the_place_is_said_in_words() -> None:
    """A load during serialization has no line of the application."""
    loads = [lazy(n, stack=(), serializing=True) for n in (1, 2)]

    (finding,) = found(NPlusOne(), recording(ORDERS, loads))
    assert finding.used_at is None
    assert finding.place == "serialization, field items"
    assert " at serialization, field items " in finding.headline


def test_eager_loads_are_no_loop() -> None:
    """What an eager loader runs is the cure."""
    scene = recording(ORDERS, [lazy(n, origin="eager") for n in range(5)])

    assert found(NPlusOne(), scene) == []
