"""Whose code a file is: told by name, not by where it is installed."""

from __future__ import annotations

import asyncio.base_events
import contextlib
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

import querywatch
from querywatch import ConfigurationError, QueryWatch, capture
from querywatch.capture import origins
from querywatch.capture.origins import APPLICATION, BOUNDARY, LIBRARY, SERIALIZER, Origins
from querywatch.settings import Settings
from tests.capture.library import library
from tests.resolve.places import functions, only

_ASK = """
from sqlalchemy import text

def ask(engine):
    with engine.connect() as connection:
        return connection.execute(text("SELECT 1")).scalar()
"""


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lend a site-packages directory of its own, importable and forgotten afterwards."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    known = set(sys.modules)
    yield folder
    for name in set(sys.modules) - known:
        del sys.modules[name]
    capture.set_app_roots(())


def install(folder: Path, package: str) -> None:
    """Install *package* with a function that asks the database."""
    (folder / package).mkdir()
    (folder / package / "__init__.py").write_text("", encoding="utf-8")
    (folder / package / "store.py").write_text(_ASK, encoding="utf-8")
    importlib.invalidate_caches()


def ask_from(package: str, watch: QueryWatch | None = None) -> querywatch.Query:
    """Record what the function of *package* asks."""
    module = importlib.import_module(f"{package}.store")
    watch = watch or QueryWatch()
    with library() as engine, watch.record() as recording:
        module.ask(engine)
    return only(recording.report)


def test_an_installed_application_is_an_application(packages: Path) -> None:
    """Prefect and Airflow live in site-packages: the place says nothing."""
    install(packages, "bookkeeper")

    site = ask_from("bookkeeper").used_at
    assert site is not None
    assert (site.file, site.line, site.function) == ("bookkeeper/store.py", 6, "ask")
    assert site.source == 'return connection.execute(text("SELECT 1")).scalar()'


@pytest.mark.parametrize("package", ["fastapi_pagination", "tenacity", "sqlmodel"])
def test_a_known_library_is_passed_over(packages: Path, package: str) -> None:
    """Its caller is the line to edit."""
    if package in sys.modules:
        pytest.skip(f"{package} is imported already")
    install(packages, package)

    assert functions(ask_from(package))[0] == "ask_from"


def test_app_roots_name_the_application(packages: Path) -> None:
    """With `app_roots`, nothing else is the application's: a package name, or a directory."""
    install(packages, "bookkeeper")
    install(packages, "plumbing")
    watch = QueryWatch(settings=Settings.load(app_roots=["bookkeeper"]))

    assert functions(ask_from("bookkeeper", watch)) == ["ask"]
    assert functions(ask_from("plumbing", watch)) == []


def test_a_directory_may_be_an_app_root(packages: Path) -> None:
    """Everything below it is the application's, and nothing beside it."""
    install(packages, "bookkeeper")
    watch = QueryWatch(settings=Settings.load(app_roots=[str(packages)]))

    assert functions(ask_from("bookkeeper", watch)) == ["ask"]


@pytest.mark.parametrize("roots", ["bookkeeper", [3], 3, [""]])
def test_app_roots_of_the_wrong_type_are_refused(roots: object) -> None:
    """A bare string would be taken for a list of letters."""
    with pytest.raises(ConfigurationError, match="app_roots"):
        Settings.load(app_roots=roots)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/shop/app/orders.py", APPLICATION),
        ("/srv/shop/venv/lib/python3.11/site-packages/prefect/server/api.py", APPLICATION),
        ("/srv/shop/sqlalchemy/orders.py", APPLICATION),
        ("/srv/shop/app/threading.py", APPLICATION),
        ("/srv/shop/pydantic_models/threading.py", APPLICATION),
        ("C:\\shop\\Lib\\site-packages\\prefect\\api.py", APPLICATION),
        ("<stdin>", APPLICATION),
        ("<ipython-input-3-abc>", APPLICATION),
        ("/v/lib/python3.11/site-packages/sqlalchemy/orm/session.py", LIBRARY),
        ("/usr/lib/python3/dist-packages/psycopg/cursor.py", LIBRARY),
        ("C:\\v\\Lib\\site-packages\\sqlalchemy\\orm\\session.py", LIBRARY),
        ("/v/lib/python3.11/site-packages/fastapi/concurrency.py", LIBRARY),
        ("<string>", LIBRARY),
        ("<frozen importlib._bootstrap>", LIBRARY),
        ("/v/lib/python3.11/site-packages/fastapi/routing.py", BOUNDARY),
        ("/v/lib/python3.11/site-packages/uvicorn/server.py", BOUNDARY),
        ("/v/lib/python3.11/site-packages/pydantic/main.py", SERIALIZER),
        ("/v/lib/python3.11/site-packages/fastapi/encoders.py", SERIALIZER),
        (sqlalchemy.__file__, LIBRARY),
        (origins.__file__, LIBRARY),
        (__file__, APPLICATION),
    ],
)
def test_a_file_is_known_by_its_name(path: str, kind: int) -> None:
    """Libraries by name, servers as the end of the walk, the rest is the application's."""
    assert Origins()[path] == kind


def test_the_standard_library_is_no_application() -> None:
    """Its own event loop and threads end the walk, the rest is passed over."""
    assert Origins()[asyncio.base_events.__file__] == BOUNDARY
    assert Origins()[contextlib.__file__] == LIBRARY


def test_a_file_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look is a look-up."""
    kinds = Origins()
    first = kinds["/srv/shop/app.py"]
    monkeypatch.setattr(Origins, "_classify", lambda self, path: 1 / 0)

    assert kinds["/srv/shop/app.py"] == first
