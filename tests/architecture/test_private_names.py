"""SQLAlchemy's private names stay in one room, and nothing of SQLAlchemy is replaced."""

from __future__ import annotations

import pytest

from tests.architecture.house import objections


@pytest.mark.parametrize(
    "source",
    [
        "options._sa_orm_load_options",
        "state._lazy_loaded_from",
        'getattr(options, "_is_user_refresh", False)',
        'execution_options["_sa_orm_load_options"]',
        "context.compile_state._current_path",
    ],
)
def test_a_private_name_is_objected_to_outside_its_room(source: str) -> None:
    """One module reads SQLAlchemy's private names; all others ask it."""
    (found,) = objections("querywatch.capture.hooks", source)

    assert "only querywatch.capture.orm reads private names" in found
    assert objections("querywatch.capture.orm", source) == []


@pytest.mark.parametrize(
    "source", ["self._recording", 'name = "_other"', '"the _sa_ names are private"']
)
def test_other_underscores_are_left_alone(source: str) -> None:
    """Private names of our own are no business of this check."""
    assert objections("querywatch.capture.hooks", source) == []


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy.orm import Session\nSession.execute = ours",
        "import sqlalchemy\nsqlalchemy.create_engine = ours",
        "import sqlalchemy.pool as p\np.Pool.connect = ours",
        "from sqlalchemy import pool\nsetattr(pool.Pool, 'connect', ours)",
    ],
)
def test_a_replaced_function_of_sqlalchemy_is_objected_to(source: str) -> None:
    """Only the pool's timing may wrap a method, and it is a public one."""
    (found,) = objections("querywatch.watch", source)

    assert "nothing of SQLAlchemy is patched" in found
    assert objections("querywatch.capture.pool", source) == []


def test_an_attribute_of_our_own_may_be_assigned() -> None:
    """Objects that are not SQLAlchemy's are left alone."""
    source = "from sqlalchemy import event\nself.event = event\nsetattr(self, 'a', event)"

    assert objections("querywatch.watch", source) == []
