"""Each sin and its cure answer alike, on every database."""

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from starlette.routing import Mount

from example_app.catalogue import PAIRS, Pair
from example_app.main import create_app
from example_app.settings import Settings

CODES = {"QW101", "QW102", "QW103", "QW104", "QW201", "QW301", "QW302", "QW303"}


@pytest.mark.anyio
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
async def test_a_sin_and_its_cure_give_the_same_answer(client: AsyncClient, pair: Pair) -> None:
    """The cure changes how many queries run, never what the client is told."""
    sin = await client.request(pair.method, pair.sin)
    cure = await client.request(pair.method, pair.cure)

    assert sin.status_code == cure.status_code == 200
    assert sin.json() == cure.json()
    assert sin.json()


def test_the_catalogue_has_a_pair_for_every_kind_of_finding() -> None:
    """No kind of finding is without a sin and a cure."""
    assert {pair.code for pair in PAIRS} == CODES


def test_the_catalogue_and_the_application_list_the_same_endpoints() -> None:
    """No endpoint is left out of the demonstration, and none is made up."""
    app = create_app(Settings.from_environment({}))
    listed = {(pair.method, path) for pair in PAIRS for path in (pair.sin, pair.cure)}

    assert endpoints(app) == listed


def endpoints(app: FastAPI, prefix: str = "") -> set[tuple[str, str]]:
    """Collect the method and path of every endpoint, in mounted applications too."""
    paths = app.openapi()["paths"]
    found = {(method.upper(), prefix + path) for path in paths for method in paths[path]}
    for mount in app.routes:
        if isinstance(mount, Mount) and isinstance(mount.app, FastAPI):
            found |= endpoints(mount.app, prefix + mount.path)
    return found
