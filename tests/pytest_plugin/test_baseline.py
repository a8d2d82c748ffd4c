"""The file of accepted findings: what is written is read, what cannot be read is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from querywatch.pytest_plugin.baseline import BaselineError, read, write

ORDERS = ("QW101", "Order.items", "app/shop.py", "list_orders")
BOOKS = ("QW101", "Author.books", "app/shop.py", "list_authors")
ODD = ("QW103", 'SELECT "naïve"', "app\\shop.py", "Shop.list")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Quotes, backslashes and letters beyond ASCII included."""
    write(tmp_path / "baseline.json", [ORDERS, ODD])

    assert read(tmp_path / "baseline.json") == {ORDERS, ODD}


def test_a_baseline_is_sorted_with_one_entry_a_line(tmp_path: Path) -> None:
    """Whatever order findings come in, and however often."""
    write(tmp_path / "baseline.json", [ORDERS, BOOKS, ORDERS])

    assert (tmp_path / "baseline.json").read_text(encoding="utf-8") == (
        "[\n"
        '{"code": "QW101", "subject": "Author.books", "file": "app/shop.py",'
        ' "function": "list_authors"},\n'
        '{"code": "QW101", "subject": "Order.items", "file": "app/shop.py",'
        ' "function": "list_orders"}\n'
        "]\n"
    )


def test_an_empty_baseline_is_read_as_empty(tmp_path: Path) -> None:
    """Everything was cured, which is the point."""
    write(tmp_path / "baseline.json", [])

    assert read(tmp_path / "baseline.json") == frozenset()


def test_a_missing_baseline_is_empty(tmp_path: Path) -> None:
    """Nothing was accepted yet."""
    assert read(tmp_path / "baseline.json") == frozenset()


def test_a_baseline_that_cannot_be_replaced_is_kept(tmp_path: Path) -> None:
    """No half of a file, and nothing left beside it."""
    (tmp_path / "baseline.json").mkdir()

    with pytest.raises(OSError, match="directory"):
        write(tmp_path / "baseline.json", [ORDERS])

    assert [path.name for path in tmp_path.iterdir()] == ["baseline.json"]


def test_a_baseline_behind_a_link_stays_behind_it(tmp_path: Path) -> None:
    """The link is somebody's decision."""
    (tmp_path / "real.json").write_text("[]")
    (tmp_path / "baseline.json").symlink_to("real.json")

    write(tmp_path / "baseline.json", [ORDERS])

    assert (tmp_path / "baseline.json").is_symlink()
    assert read(tmp_path / "real.json") == {ORDERS}


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("[\n=======\n]", 2, "conflict marker '======='"),
        ("[\n]\n>>>>>>> theirs\n", 3, "conflict marker '>>>>>>> theirs'"),
        ('[\n{"code": "QW101"\n]', 3, "not JSON"),
        ("{}", 1, "must be a list"),
        ('[\n\n"QW101"]', 3, "an entry needs"),
        ('[\n{"code": 1}\n]', 2, "each of them text"),
        ('[{"code": "",\n"subject": "", "file": "",\n"function": ""},\n17]', 4, "an entry needs"),
        ('[{"code": "QW101"}]', 1, "an entry needs"),
    ],
)
def test_what_cannot_be_read_is_named_by_file_and_line(
    tmp_path: Path, text: str, line: int, why: str
) -> None:
    """An editor opens the place."""
    path = tmp_path / "baseline.json"
    path.write_text(text)

    with pytest.raises(BaselineError, match=f"{re.escape(str(path))}:{line}: .*{why}"):
        read(path)


def test_a_subject_that_looks_like_a_marker_is_none(tmp_path: Path) -> None:
    """The twin: a marker stands at the beginning of its line."""
    entry = ("QW103", "======= <<<<<<<", "app/shop.py", "list_orders")
    write(tmp_path / "baseline.json", [entry])

    assert read(tmp_path / "baseline.json") == {entry}
