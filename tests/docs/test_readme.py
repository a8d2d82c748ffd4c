"""The README's application prints what the README says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.testing.labels import without_labels

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")

DATABASE = """
from collections.abc import Iterator

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list["Item"]] = relationship()


class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))


engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Order(items=[Item(sku="a"), Item(sku="b")]) for _ in range(12)])
    session.commit()


def open_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session
"""


VISIT = """
import anyio
import httpx
from app import shop
from fastapi import FastAPI
from sqlalchemy.orm import selectinload

async def visit():
    transport = httpx.ASGITransport(shop.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        answer = await client.get("/orders")
        assert len(answer.json()) == 12, answer.text

async def main():
    await visit()
    # What the finding says, written where it says so, while the application runs on.
    source = open("app/shop.py", encoding="utf-8").read()
    cured = source.replace("select(Order))", "select(Order).options(selectinload(Order.items)))")
    names = {**vars(shop), "selectinload": selectinload, "app": FastAPI()}
    exec(compile(cured.replace("app = FastAPI()", ""), "app/shop.py", "exec"), names)
    shop.selectinload = selectinload
    shop.list_orders.__code__ = names["list_orders"].__code__
    await visit()

anyio.run(main)
"""


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of the README in one language."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for found, text in fenced if found == language]


def without_times(text: str) -> str:
    """Replace what varies from run to run."""
    return re.sub(r"[\d,.]+ ms", "_ ms", text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Lay out the project that the README talks of."""
    app = tmp_path / "app"
    app.mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    (app / "__init__.py").write_text("")
    (app / "database.py").write_text(DATABASE)
    (app / "shop.py").write_text(blocks("python")[0])
    return tmp_path


def test_the_shop_prints_what_the_readme_shows(project: Path) -> None:
    """The block with the finding, then the line after the cure."""
    run = subprocess.run(
        [sys.executable, "-c", VISIT],
        cwd=project,
        env={"PYTHONPATH": f"{project}:{ROOT}", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    shown = [block for block in blocks("") if block.startswith("querywatch")]
    assert run.returncode == 0, run.stderr
    assert without_times(without_labels(run.stderr)) == without_times("".join(shown))


def test_the_readme_is_short() -> None:
    """Under 150 lines."""
    assert len(README.splitlines()) < 150
