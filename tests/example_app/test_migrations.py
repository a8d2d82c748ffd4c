"""The migrations make exactly the tables the models describe."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from example_app import migrate
from example_app.models import Base

ALEMBIC = (sys.executable, "-m", "alembic", "-c", str(migrate.CONFIG))


def differences(engine: Engine) -> list[object]:
    """List what a new migration would have to do."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_the_migrations_leave_nothing_for_the_models_to_ask(engine: Engine) -> None:
    """After the last version, tables and models are equal, on every database."""
    migrate.upgrade(engine.url)

    assert differences(engine) == []


def test_a_column_the_migrations_forgot_would_be_noticed(engine: Engine) -> None:
    """The comparison is not blind: a missing column is a difference."""
    migrate.upgrade(engine.url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE books DROP COLUMN sold"))

    assert len(differences(engine)) == 1


def test_upgrading_twice_is_harmless(engine: Engine) -> None:
    """The second run finds nothing to do."""
    migrate.upgrade(engine.url)
    migrate.upgrade(engine.url)

    assert differences(engine) == []


def test_downgrading_takes_every_table_away(engine: Engine) -> None:
    """Each version can be undone; only Alembic's own table stays."""
    migrate.upgrade(engine.url)
    config = Config(migrate.CONFIG)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    assert inspect(engine).get_table_names() == ["alembic_version"]


def use(monkeypatch: pytest.MonkeyPatch, folder: Path) -> tuple[Path, Path]:
    """Set the environment so that both databases are files in *folder*."""
    primary, replica = folder / "primary.sqlite3", folder / "replica.sqlite3"
    monkeypatch.setenv("BOOKSHOP_PRIMARY_URL", f"sqlite:///{primary}")
    monkeypatch.setenv("BOOKSHOP_REPLICA_URL", f"sqlite:///{replica}")
    return primary, replica


def test_the_migration_step_upgrades_both_databases(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a name, primary and replica are both brought to the newest version."""
    files = use(monkeypatch, tmp_path)
    migrate.main([])

    assert [file.exists() for file in files] == [True, True]


def test_the_migration_step_leaves_out_what_is_not_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A replica that follows its primary is not migrated."""
    files = use(monkeypatch, tmp_path)
    migrate.main(["primary"])

    assert [file.exists() for file in files] == [True, False]


def test_alembic_itself_can_be_used_on_either_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The command line migrates the primary, or with -x database=replica the replica."""
    files = use(monkeypatch, tmp_path)
    subprocess.run([*ALEMBIC, "-x", "database=replica", "upgrade", "head"], check=True)

    assert [file.exists() for file in files] == [False, True]


def test_alembic_can_print_the_sql(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Offline mode prints the statements and touches no database."""
    files = use(monkeypatch, tmp_path)
    printed = subprocess.run(
        [*ALEMBIC, "upgrade", "head", "--sql"], check=True, capture_output=True, text=True
    )

    assert "CREATE TABLE order_items" in printed.stdout
    assert [file.exists() for file in files] == [False, False]
