"""What a stream can show."""

from __future__ import annotations

import io

import pytest

from querywatch.render import Terminal

TEXT = (
    "querywatch  GET /orders  1 finding\n"
    "  QW101 N+1: Order.items lazy-loaded 12× at app/shop.py:37\n"
    "    query   SELECT …  (×12)\n"
    "    fix     app/shop.py:36  add it   13 → 2 queries\n"
)


class TTY(io.StringIO):
    """A stream in memory that calls itself a terminal."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


def test_utf8_text_stays_as_it_is() -> None:
    """The signs of the output are shown where they can be."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")

    assert Terminal.of(stream, {}).adapt(TEXT) == TEXT


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_other_encodings_get_plain_ascii(encoding: str) -> None:
    """`x`, `->` and `...` stand in, and the rest is escaped rather than lost."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)

    assert Terminal.of(stream, {}).adapt("12× 13 → 2 … é\n") == "12x 13 -> 2 ... \\xe9\n"


def test_a_lone_surrogate_does_not_break_a_utf8_stream() -> None:
    """A file name that was not UTF-8 carries one."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")

    stream.write(Terminal.of(stream, {}).adapt("caf\udce9.py\n"))

    assert Terminal.of(stream, {}).adapt("caf\udce9.py\n") == "caf\\udce9.py\n"


def test_a_terminal_is_coloured() -> None:
    """Headline, fix and keys are told apart."""
    assert Terminal.of(TTY(), {}).adapt(TEXT) == (
        "\x1b[2mquerywatch\x1b[0m  GET /orders  1 finding\n"
        "  \x1b[1m\x1b[31mQW101 N+1: Order.items lazy-loaded 12× at app/shop.py:37\x1b[0m\n"
        "    \x1b[2mquery\x1b[0m   SELECT …  (×12)\n"
        "    \x1b[2mfix\x1b[0m     \x1b[32mapp/shop.py:36  add it   13 → 2 queries\x1b[0m\n"
    )


@pytest.mark.parametrize(
    ("environ", "stream", "coloured"),
    [
        ({}, TTY(), True),
        ({}, io.StringIO(), False),
        ({"NO_COLOR": "1"}, TTY(), False),
        ({"NO_COLOR": ""}, TTY(), True),
        ({"FORCE_COLOR": "1"}, io.StringIO(), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, TTY(), False),
        ({"TERM": "dumb"}, TTY(), False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, io.StringIO(), True),
    ],
)
def test_colour_is_for_terminals_and_can_be_asked_for_or_forbidden(
    environ: dict[str, str], stream: io.StringIO, *, coloured: bool
) -> None:
    """NO_COLOR counts before FORCE_COLOR, and both before what the stream is."""
    assert Terminal.of(stream, environ).colour is coloured


def test_a_closed_stream_has_no_colour() -> None:
    """Asking a closed stream whether it is a terminal raises."""
    closed = io.TextIOWrapper(io.BytesIO())
    closed.close()

    assert not Terminal.of(closed, {}).colour
