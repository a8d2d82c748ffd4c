"""The seed writes the same few thousand rows every time, and once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, create_engine, func, select

from example_app import seed
from example_app.migrate import upgrade
from example_app.models import Base


@pytest.fixture
def engines(tmp_path: Path) -> list[Engine]:
    """Lend two migrated, empty databases."""
    urls = [f"sqlite:///{tmp_path}/{name}.sqlite3" for name in ("one", "two")]
    engines = [create_engine(url, poolclass=NullPool) for url in urls]
    for engine in engines:
        upgrade(engine.url)
    return engines


def content(engine: Engine) -> dict[str, Sequence[Any]]:
    """Return every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in Base.metadata.sorted_tables
        }


def size(engine: Engine) -> int:
    """Count the rows of all tables."""
    with engine.connect() as connection:
        tables = Base.metadata.sorted_tables
        return sum(connection.scalar(select(func.count()).select_from(t)) or 0 for t in tables)


def test_the_seed_writes_the_same_rows_every_time(engines: list[Engine]) -> None:
    """Two databases seeded apart are equal, and hold a few thousand rows."""
    for engine in engines:
        seed.seed(engine)

    assert content(engines[0]) == content(engines[1])
    assert 3000 < size(engines[0]) < 9000


def test_seeding_again_adds_nothing(engines: list[Engine]) -> None:
    """A bookshop with books is left as it is."""
    seed.seed(engines[0])
    before = size(engines[0])
    seed.seed(engines[0])

    assert size(engines[0]) == before


def test_an_empty_replica_is_given_every_row(engines: list[Engine]) -> None:
    """The copy is complete."""
    seed.seed(engines[0])
    seed.copy_rows(*engines)

    assert content(engines[0]) == content(engines[1])


def test_a_replica_that_has_rows_is_left_alone(engines: list[Engine]) -> None:
    """Copying again does not double anything."""
    seed.seed(engines[0])
    seed.copy_rows(*engines)
    seed.copy_rows(*engines)

    assert content(engines[0]) == content(engines[1])


@pytest.mark.parametrize("replica", ["one", "two"])
def test_the_seeding_step_fills_the_databases_of_the_settings(
    engines: list[Engine], monkeypatch: pytest.MonkeyPatch, replica: str
) -> None:
    """A replica of its own is filled too; a replica that is the primary is not copied to itself."""
    by_name = dict(zip(("one", "two"), engines, strict=True))
    monkeypatch.setenv("BOOKSHOP_PRIMARY_URL", str(engines[0].url))
    monkeypatch.setenv("BOOKSHOP_REPLICA_URL", str(by_name[replica].url))
    seed.main()

    assert size(by_name[replica]) == size(engines[0]) > 0
