"""Every engine has one name: the one it was given, or where its database is."""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    NullPool,
    Pool,
    QueuePool,
    StaticPool,
    create_engine,
    create_pool_from_url,
)
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from querywatch import capture
from querywatch.capture.pool import OTHER, settle, watch_pools
from querywatch.capture.pools import names
from querywatch.capture.pools.names import default_name
from querywatch.capture.pools.tally import known
from querywatch.errors import ConfigurationError
from tests.capture.pools import Seen, watching


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite://", ":memory:"),
        ("sqlite:///:memory:", ":memory:"),
        ("sqlite:///some/where/shop.sqlite3", "shop.sqlite3"),
        ("sqlite:///file:/some/where/shop.db?mode=ro&uri=true", "shop.db"),
        ("postgresql+psycopg://me:secret@db.example:5433/shop", "db.example:5433/shop"),
        ("postgresql+psycopg://me:secret@db.example/shop", "db.example/shop"),
        ("postgresql+psycopg://db.example", "db.example"),
        ("postgresql+psycopg:///shop?host=a&host=b", "shop"),
        ("postgresql+psycopg://", "postgresql"),
        ("mysql+pymysql://root:secret@127.0.0.1:3306/test", "127.0.0.1:3306/test"),
    ],
)
def test_an_engine_goes_by_its_server_and_database(url: str, name: str) -> None:
    """A file goes by its last part; no name has a user or a password in it."""
    engine = create_engine(url)

    assert default_name(engine.pool, engine) == name


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"logging_name": "orders"}, "orders"),
        ({"pool_logging_name": "orders-pool"}, "orders-pool"),
        ({"logging_name": "orders", "pool_logging_name": "orders-pool"}, "orders-pool"),
    ],
)
def test_an_engine_goes_by_its_logging_name(options: dict[str, str], name: str) -> None:
    """Who named an engine or its pool for the log need not name it again."""
    engine = create_engine("sqlite://", **options)

    with watching() as seen, engine.connect():
        assert seen.now(name) == (1, 0, 0)


def test_a_name_that_was_given_is_the_one_that_counts() -> None:
    """It goes before any other name, and an engine nobody named keeps its own."""
    primary = create_engine("sqlite://", logging_name="orders")
    replica = create_async_engine("sqlite+aiosqlite://", logging_name="orders")
    other = create_engine("sqlite://", logging_name="other")

    with watching({"primary": primary, "replica": replica}) as seen:
        with primary.connect(), other.connect():
            pass

        assert seen.now("primary") == (0, 1, 0)
        assert seen.now("other") == (0, 1, 0)
        assert seen.now("replica") == (0, 0, 0)
        assert "orders" not in seen.states


def test_two_engines_of_one_name_are_told_apart() -> None:
    """The second is numbered, and so is one that would take a name that was given."""
    engines = [create_engine("sqlite://", logging_name="shop") for _ in range(3)]

    with watching({"shop": engines[2]}) as seen:
        connections = [engine.connect() for engine in engines]

        assert {name for name in seen.states if name.startswith("shop")} == {
            "shop",
            "shop#2",
            "shop#3",
        }
        assert [seen.now(name)[0] for name in ("shop", "shop#2", "shop#3")] == [1, 1, 1]
        for connection in connections:
            connection.close()


def test_the_name_of_an_engine_that_is_gone_is_free() -> None:
    """An engine made anew for each task has the same name each time."""
    with watching() as seen:
        for _ in range(3):
            _used_up()

        assert [name for name in seen.states if name.startswith("task")] == ["task"]
        assert seen.gone.count("task") >= 2


def _used_up() -> None:
    engine = create_engine("sqlite://", logging_name="task")
    with engine.connect():
        pass
    engine.dispose()
    del engine
    gc.collect()


def test_threads_that_meet_an_engine_at_once_give_it_one_name(tmp_path: Path) -> None:
    """Whoever is first, all count in the same place."""
    url = f"sqlite:///{tmp_path}/met.sqlite3"
    engine = create_engine(url, poolclass=QueuePool, pool_size=8)
    together = threading.Barrier(8)

    def work() -> None:
        together.wait(10)
        with engine.connect():
            together.wait(10)

    with watching() as seen:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert seen.now("met.sqlite3") == (0, 8, 0)
        assert max(state.used for state in seen.states["met.sqlite3"]) == 8
        assert list(seen.states) == ["met.sqlite3"]


def test_engines_beyond_the_limit_share_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their connections are added up, and a name that once was let in is let in again."""
    monkeypatch.setattr(names, "MOST_NAMES", 2)
    engines = [create_engine("sqlite://", logging_name=f"tenant {n}") for n in range(4)]

    with watching() as seen:
        connections = [engine.connect() for engine in engines]
        used = seen.now(OTHER)
        for connection in connections:
            connection.close()

        assert used[0] >= 2
        assert seen.states[OTHER][-1].max is None
        assert len({name for name in seen.states if name.startswith("tenant")}) <= 2


def test_a_thousand_engines_leave_a_bounded_number_of_names() -> None:
    """Engines that come and go by ever new names do not fill memory."""
    with watching() as seen:
        for number in range(1000):
            engine = create_engine("sqlite://", logging_name=f"brief {number}", poolclass=NullPool)
            with engine.connect():
                pass
            del engine

        assert len(seen.states) <= names.MOST_NAMES + 1
        assert len(seen.waits[OTHER]) >= 900


@pytest.mark.parametrize(
    ("engines", "words"),
    [
        (3, "pools must be True, False or a mapping of names to engines, not 3"),
        ({"primary": 3}, "pools['primary'] must be an engine, not 3"),
        ({"": create_engine("sqlite://")}, "a name in pools must be a text that is not empty"),
        (
            {1: create_engine("sqlite://")},
            "a name in pools must be a text that is not empty, not 1",
        ),
    ],
)
def test_names_that_name_nothing_are_refused(engines: Any, words: str) -> None:
    """The error names the option and the value."""
    with pytest.raises(ConfigurationError) as refused:
        watch_pools(Seen(), engines)

    assert words in str(refused.value)


def test_watching_keeps_no_engine_alive() -> None:
    """Neither the one that was named nor its pool."""
    engine = create_engine("sqlite://")
    known.clear()
    seen = Seen()
    stop = watch_pools(seen, {"app": engine})
    with engine.connect():
        pass

    del engine
    gc.collect()
    settle()
    gone = list(seen.gone)
    stop()

    assert gone == ["app"]
    assert seen.waits["app"]


def test_no_url_is_read_for_a_name() -> None:
    """A password stays out of names even where it is all there is."""
    url = make_url("postgresql+psycopg://:secret@/")
    engine = create_engine(url)

    assert "secret" not in default_name(engine.pool, engine)


def test_whoever_asks_a_pool_itself_is_left_alone() -> None:
    """Its callers are looked at for an engine, and may be a proxy of nothing."""

    class Proxy:
        @property  # type: ignore[misc]
        def __class__(self) -> type:
            raise RuntimeError("nothing here")

        def ask(self, pool: Pool) -> None:
            pool.connect().close()

    pool = create_pool_from_url("sqlite://", poolclass=StaticPool, logging_name="bare")
    failures = capture.failures()
    with watching() as seen:
        Proxy().ask(pool)

        assert seen.now("bare") == (0, 1, 0)
        assert capture.failures() == failures
