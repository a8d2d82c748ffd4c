"""The floors and the imports that never happen hold for every module."""

from __future__ import annotations

import pytest

from tests.architecture.house import objections, sources


def test_every_import_goes_down_the_floors() -> None:
    """No module imports upward, sideways, or what the house forbids it."""
    found = [
        objection
        for module, is_package, source in sources()
        for objection in objections(module, source, is_package=is_package)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("module", "source", "objection"),
    [
        ("querywatch.model.query", "from querywatch.watch import QueryWatch", "floor 2 (model)"),
        ("querywatch.errors", "import querywatch.model", "floor 1 (errors)"),
        ("querywatch.render", "from querywatch.capture import current", "floor 3 (render)"),
        ("querywatch.render", "from querywatch import capture", "floor 3 (render)"),
        ("querywatch.capture.hooks", "from ..detectors import loops", "floor 3 (capture)"),
        ("querywatch.watch", "from querywatch import QueryWatch", "floor 8 (__init__)"),
        ("querywatch.watch", "def f():\n    from querywatch import cli", "floor 7 (cli)"),
        ("querywatch.errors", "if TYPE_CHECKING:\n    import querywatch.watch", "floor 6 (watch)"),
        ("querywatch.attic", "from querywatch.model import Query", "room attic has no floor"),
        ("querywatch.watch", "import querywatch.attic", "room attic has no floor"),
        ("querywatch.capture.hooks", "import re", "querywatch.capture never does"),
        ("querywatch.capture", "from logging import getLogger", "querywatch.capture never does"),
        ("querywatch.capture", "import querywatch.fingerprint", "querywatch.capture never does"),
        ("querywatch.detectors.loops", "import time", "querywatch.detectors never does"),
        ("querywatch.detectors.loops", "import sqlalchemy.orm", "querywatch.detectors never does"),
        ("querywatch.detectors", "import querywatch.settings", "querywatch.detectors never does"),
        ("querywatch.model", "from sqlalchemy import Engine", "querywatch.model never does"),
        ("querywatch.sinks.log", "import querywatch.watch", "querywatch.sinks never does"),
        ("querywatch.sinks.log", "from querywatch.sinks import console", "another sink"),
        ("querywatch.sinks.log", "from querywatch.sinks.console import write", "another sink"),
        ("querywatch.sinks", "from querywatch.sinks.prometheus import Sink", "another sink"),
        ("querywatch.ui.app", "import querywatch.sinks.console", "querywatch.ui never does"),
        ("querywatch.watch", "import prometheus_client", "only querywatch.sinks.prometheus may"),
        ("querywatch.watch", "from opentelemetry import trace", "which only querywatch.sinks"),
        ("querywatch.render", "import jinja2", "only querywatch.ui may"),
        ("querywatch.watch", "import requests", "which is no dependency"),
    ],
)
def test_a_forbidden_import_is_objected_to(module: str, source: str, objection: str) -> None:
    """Each rule is broken once, and the check sees it."""
    found = objections(module, source)

    assert objection in "; ".join(found)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("querywatch.watch", "from querywatch.detectors import DEFAULT\nimport logging"),
        ("querywatch.watch", "from querywatch import capture"),
        ("querywatch.middleware", "from starlette.types import ASGIApp"),
        ("querywatch.capture.hooks", "from querywatch.capture.orm import kind\nimport time"),
        ("querywatch.capture.hooks", "from . import orm"),
        ("querywatch.errors", "if TYPE_CHECKING:\n    from querywatch.model import Report"),
        ("querywatch.sinks.log", "from querywatch.model import Report\nimport logging"),
        ("querywatch.sinks.log", "from querywatch.sinks._text import wrap"),
        ("querywatch.sinks", "from querywatch.sinks.log import LogSink"),
        ("querywatch.sinks.prometheus", "import prometheus_client"),
        ("querywatch.ui.app", "import jinja2\nfrom querywatch.store import Store"),
        ("querywatch.resolve.sites", "import re\nfrom querywatch.capture import frames"),
    ],
)
def test_an_allowed_import_is_left_alone(module: str, source: str) -> None:
    """What the table allows passes."""
    assert objections(module, source) == []


def test_the_face_may_import_every_floor_below_it() -> None:
    """A relative import within the package's own `__init__` is told from one of a sibling."""
    source = "from . import watch\nfrom .model import Report\nfrom querywatch.middleware import M"

    assert objections("querywatch", source, is_package=True) == []
