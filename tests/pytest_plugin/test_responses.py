"""Loads while a response is written: no line of the application runs then, but a request does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from tests.suite.small import project

PAGES: Final = """
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from shop import Order, engine


class ItemOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int


class OrderOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    items: list[ItemOut]


def session():
    with Session(engine) as session:
        yield session


router = APIRouter(prefix="/shop")


@router.get("/orders/{kind}", response_model=list[OrderOut])
def list_orders(kind: str):
    return Session(engine).scalars(select(Order)).all()


@router.get("/again", response_model=list[OrderOut])
def list_again():
    return Session(engine).scalars(select(Order)).all()


@router.get("/cured", response_model=list[OrderOut])
def list_cured():
    return Session(engine).scalars(select(Order).options(selectinload(Order.items))).all()


app = FastAPI()
app.include_router(router)
"""
TESTS: Final = """
from pages import TestClient, app


def test_orders():
    assert len(TestClient(app).get("/shop/orders/secret").json()) == 3


def test_again():
    assert len(TestClient(app).get("/shop/again").json()) == 3


def test_cured():
    assert len(TestClient(app).get("/shop/cured").json()) == 3
"""


def test_the_place_is_the_route_and_its_endpoint(tmp_path: Path) -> None:
    """The template of the route, never the path that was asked for."""
    made = project(tmp_path, TESTS)
    (tmp_path / "pages.py").write_text(PAGES)
    made.environment["COLUMNS"] = "200"
    run = made.run("--querywatch=fail", "-W", "ignore")

    assert run.broken == {"test_shop.py::test_orders", "test_shop.py::test_again"}
    place = "response of GET /shop/orders/{kind} (endpoint list_orders), field items"
    assert f"- Failed: 4 queries: N+1 Order.items ×3 {place}\n" in run.text
    assert "secret" not in run.text.replace(TESTS, "")


@pytest.mark.parametrize("mode", ["report", "warn"])
def test_it_is_shown_at_the_line_to_edit(tmp_path: Path, mode: str) -> None:
    """There is no line that ran it, and an annotation or a warning needs one."""
    made = project(tmp_path, TESTS)
    (tmp_path / "pages.py").write_text(PAGES)
    made.environment["GITHUB_ACTIONS"] = "true"
    run = made.run(f"--querywatch={mode}", "--querywatch-report=found.sarif", "-k", "again")
    log = json.loads((tmp_path / "found.sarif").read_text(encoding="utf-8"))
    line = PAGES.splitlines().index("def list_again():") + 2

    assert f"::warning file=pages.py,line={line},title=QW101 N+1::Order.items lazy" in run.text
    assert (f"pages.py:{line}: NPlusOneWarning: QW101 N+1: Order.items" in run.text) is (
        mode == "warn"
    )
    (location,) = log["runs"][0]["results"][0]["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "pages.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": line},
    }


def test_two_endpoints_are_two_entries_of_the_baseline(tmp_path: Path) -> None:
    """What is accepted of one says nothing about another that serializes the same field."""
    made = project(tmp_path, TESTS)
    (tmp_path / "pages.py").write_text(PAGES)
    made.run("--querywatch=fail", "--querywatch-update", "-k", "again", "-W", "ignore")
    accepted = made.baseline.read_text()
    run = made.run("--querywatch=fail", "-W", "ignore")

    assert accepted.count("QW101") == 1
    assert '"response of GET /shop/again (endpoint list_again), field items"' in accepted
    assert run.broken == {"test_shop.py::test_orders"}
