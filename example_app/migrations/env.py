"""Alembic's way in: which database to migrate, and what its tables should become."""

from alembic import context
from sqlalchemy import URL, Connection, NullPool, create_engine

from example_app.models import Base
from example_app.settings import Settings


def _url() -> URL:
    """Return the primary's URL, or the replica's after `alembic -x database=replica`."""
    settings = Settings.from_environment()
    wanted = context.get_x_argument(as_dictionary=True).get("database", "primary")
    return settings.replica_url if wanted == "replica" else settings.primary_url


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


def _print_sql() -> None:
    context.configure(url=_url(), target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def _migrate() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        _run(given)
        return
    with create_engine(_url(), poolclass=NullPool).connect() as connection:
        _run(connection)


if context.is_offline_mode():
    _print_sql()
else:
    _migrate()
