"""The environment decides where the databases are, and refuses what makes no sense."""

import pytest
from sqlalchemy import make_url

from example_app.settings import Settings, async_url, sync_url


def test_an_empty_environment_gives_two_sqlite_files() -> None:
    """Without any variable the bookshop works, on a primary and a replica of its own."""
    settings = Settings.from_environment({})

    assert settings.primary_url.database == "bookshop.db"
    assert settings.replica_url.database == "bookshop_replica.db"


def test_the_environment_names_databases_and_pool_sizes() -> None:
    """Each setting has a variable."""
    settings = Settings.from_environment(
        {
            "BOOKSHOP_PRIMARY_URL": "postgresql://one/shop",
            "BOOKSHOP_REPLICA_URL": "postgresql://two/shop",
            "BOOKSHOP_POOL_SIZE": "7",
            "BOOKSHOP_MAX_OVERFLOW": "0",
            "BOOKSHOP_POOL_TIMEOUT": "3",
            "BOOKSHOP_METRICS": "1",
        }
    )

    assert (settings.primary_url.host, settings.replica_url.host) == ("one", "two")
    assert (settings.pool_size, settings.max_overflow, settings.pool_timeout) == (7, 0, 3)
    assert settings.metrics


@pytest.mark.parametrize("value", ["many", "-1", "2.5", ""])
def test_a_pool_size_that_is_no_whole_number_is_refused(value: str) -> None:
    """The error names the variable and the value."""
    with pytest.raises(ValueError, match=f"BOOKSHOP_POOL_SIZE .* not '{value}'"):
        Settings.from_environment({"BOOKSHOP_POOL_SIZE": value})


def test_metrics_are_on_or_off() -> None:
    """Any other word is refused, by the variable's name and its value."""
    assert not Settings.from_environment({"BOOKSHOP_METRICS": "0"}).metrics
    with pytest.raises(ValueError, match="BOOKSHOP_METRICS must be 0 or 1, not 'yes'"):
        Settings.from_environment({"BOOKSHOP_METRICS": "yes"})


@pytest.mark.parametrize(
    ("given", "sync", "asynchronous"),
    [
        ("sqlite:///shop.db", "sqlite+pysqlite", "sqlite+aiosqlite"),
        ("postgresql://host/shop", "postgresql+psycopg", "postgresql+asyncpg"),
        ("postgresql+asyncpg://host/shop", "postgresql+psycopg", "postgresql+asyncpg"),
        ("postgresql+pg8000://host/shop", "postgresql+pg8000", "postgresql+asyncpg"),
        ("mysql://host/shop", "mysql+pymysql", "mysql+asyncmy"),
        ("mariadb+pymysql://host/shop", "mariadb+pymysql", "mariadb+asyncmy"),
    ],
)
def test_one_url_serves_both_stacks(given: str, sync: str, asynchronous: str) -> None:
    """Each stack gets a driver it can use; a synchronous driver that is named is kept."""
    url = sync_url(given)

    assert url.drivername == sync
    assert async_url(url).drivername == asynchronous
    assert url.database == make_url(given).database
