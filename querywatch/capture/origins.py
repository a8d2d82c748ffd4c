"""Whose code a file is: the application's, a library's, or the end of the walk.

Decided once per file. Applications are often installed into site-packages themselves, so the
place says nothing: libraries known to stand between an application and its database are named.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

LIBRARY: Final = 0
APPLICATION: Final = 1
SERIALIZER: Final = 2
BOUNDARY: Final = 3
TEMPLATE: Final = 4
FACTORY: Final = 5

_SERIALIZERS: Final = ("pydantic", "pydantic_core", "marshmallow", "msgspec", "cattrs", "cattr")
_SERIALIZER_FILES: Final = ("fastapi/encoders.py", "fastapi/_compat")
# Above these nothing called the application's code but the server: a walk that goes on would
# blame `asyncio.run(main())`, or the line of a test that made the request.
_BOUNDARY_FILES: Final = (
    "anyio/_backends/",
    "asyncio/base_events.py",
    "asyncio/events.py",
    "asyncio/runners.py",
    "concurrent/futures/thread.py",
    "fastapi/dependencies/",
    "fastapi/middleware/",
    "fastapi/routing.py",
    "querywatch/middleware",
    "starlette/background.py",
    "starlette/concurrency.py",
    "starlette/middleware/",
    "starlette/responses.py",
    "starlette/routing.py",
    "threading.py",
)
FACTORIES: Final = ("factory", "polyfactory")
"""Libraries that make rows for tests: the nearest of their frames is kept, to tell their writes."""
_BOUNDARIES: Final = ("_pytest", "granian", "gunicorn", "hypercorn", "pluggy", "uvicorn", "uvloop")
_LIBRARIES: Final = frozenset(
    {
        # SQLAlchemy, its companions and helpers over sessions
        "advanced_alchemy",
        "alembic",
        "fastapi_async_sqlalchemy",
        "fastapi_filter",
        "fastapi_pagination",
        "fastapi_sqlalchemy",
        "fastapi_users_db_sqlalchemy",
        "fastcrud",
        "flask_sqlalchemy",
        "geoalchemy2",
        "greenlet",
        "sqlakeyset",
        "sqlalchemy",
        "sqlalchemy_continuum",
        "sqlalchemy_filters",
        "sqlalchemy_mixins",
        "sqlalchemy_utils",
        "sqlmodel",
        # drivers
        "_pydevd_bundle",
        "aiomysql",
        "aioodbc",
        "aiosqlite",
        "asyncmy",
        "asyncpg",
        "cx_Oracle",
        "mariadb",
        "mysql",
        "MySQLdb",
        "oracledb",
        "pg8000",
        "psycopg",
        "psycopg2",
        "psycopg_pool",
        "pymssql",
        "pymysql",
        "pyodbc",
        "pysqlite3",
        "sqlcipher3",
        # web frameworks and what runs beneath them
        "a2wsgi",
        "aiohttp",
        "anyio",
        "asgiref",
        "asgi_lifespan",
        "connexion",
        "dishka",
        "fastapi",
        "flask",
        "h11",
        "httpcore",
        "httptools",
        "httpx",
        "litestar",
        "quart",
        "requests",
        "sniffio",
        "starlette",
        "trio",
        "urllib3",
        "werkzeug",
        # schemas, templates and GraphQL
        "ariadne",
        "graphene",
        "graphene_sqlalchemy",
        "graphql",
        "jinja2",
        "mako",
        "strawberry",
        # retries, wrappers, injection, caching
        "aiocache",
        "backoff",
        "cachetools",
        "decorator",
        "dependency_injector",
        "injector",
        "pyinstrument",
        "retry",
        "retrying",
        "stamina",
        "svcs",
        "tenacity",
        "toolz",
        "wrapt",
        # job queues
        "apscheduler",
        "arq",
        "billiard",
        "celery",
        "dramatiq",
        "kombu",
        "rq",
        "taskiq",
        # observers
        "ddtrace",
        "debugpy",
        "elasticapm",
        "logfire",
        "newrelic",
        "opentelemetry",
        "prometheus_client",
        "querywatch",
        "scout_apm",
        "sentry_sdk",
        "structlog",
        # test tools
        "coverage",
        "factory",
        "hypothesis",
        "polyfactory",
        "pytest",
        "pytest_asyncio",
        "unittest",
    }
)
# Other names in angle brackets are code that some library generated.
_INTERACTIVE: Final = ("<console>", "<doctest ", "<ipython-input-", "<python-input-", "<stdin>")
_TEMPLATES: Final = (".html", ".htm", ".j2", ".jinja", ".jinja2", ".txt", ".xml")
_PATHS: Final = sysconfig.get_paths()
_STDLIB: Final = tuple(
    {f"{Path(_PATHS[key])}/" for key in ("stdlib", "platstdlib") if _PATHS.get(key)}
)
_PACKAGES: Final = ("site-packages/", "dist-packages/")


class Origins(dict[str, int]):
    """File name -> kind, filled as files are met.

    With *app_roots*, directories or package names, only files below them are the application's.
    """

    def __init__(self, app_roots: Iterable[str] = ()) -> None:
        super().__init__()
        self.app_roots = tuple(app_roots)

    def __missing__(self, filename: str) -> int:
        kind = self._classify(filename.replace("\\", "/"))
        self[filename] = kind
        return kind

    def _classify(self, path: str) -> int:
        module = module_path(path)
        package = module.split("/", 1)[0].removesuffix(".py")
        if path.startswith("<") and not path.startswith(_INTERACTIVE):
            return LIBRARY
        if package in _BOUNDARIES or any(part in module for part in _BOUNDARY_FILES):
            return BOUNDARY if _is_library(path, package) else self._application(path, package)
        if package in _SERIALIZERS or module.startswith(_SERIALIZER_FILES):
            return SERIALIZER
        if package in FACTORIES and _is_library(path, package):
            return FACTORY
        return LIBRARY if _is_library(path, package) else self._application(path, package)

    def _application(self, path: str, package: str) -> int:
        if path.endswith(_TEMPLATES):
            return TEMPLATE
        if not self.app_roots:
            return APPLICATION
        below = any(path.startswith(root) or package == root for root in self.app_roots)
        return APPLICATION if below else LIBRARY


def module_path(path: str) -> str:
    """Cut *path* to where the importable package starts, as well as its form tells."""
    for marker in _PACKAGES:
        if marker in path:
            return path.rsplit(marker, 1)[1]
    for prefix in _STDLIB:
        if path.startswith(prefix):
            return path[len(prefix) :]
    return path


def _is_library(path: str, package: str) -> bool:
    installed = any(marker in path for marker in _PACKAGES)
    if installed:
        return package in _LIBRARIES or package in _BOUNDARIES
    if path.startswith(_STDLIB):
        return True
    return _is_own(path)


def _is_own(path: str) -> bool:
    return path.startswith(_OWN_ROOT)


_OWN_ROOT: Final = str(Path(__file__).resolve().parent.parent).replace("\\", "/") + "/"
