"""Bring both databases to the newest version: `python -m example_app.migrate`.

A step of its own, run before the application starts and never by it. A replica that follows
its primary needs none: `python -m example_app.migrate primary`.
"""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, NullPool, create_engine

from example_app.settings import Settings

CONFIG = Path(__file__).with_name("alembic.ini")


def upgrade(url: URL) -> None:
    """Apply every migration the database at *url* has not seen yet."""
    config = Config(CONFIG)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def main(names: list[str]) -> None:
    """Upgrade the databases of *names*, or both when none is named."""
    settings = Settings.from_environment()
    urls = {"primary": settings.primary_url, "replica": settings.replica_url}
    for url in dict.fromkeys(urls[name] for name in names or urls):
        upgrade(url)


if __name__ == "__main__":
    main(sys.argv[1:])
