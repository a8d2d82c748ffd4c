"""Where in the application something happened."""

from typing import NamedTuple


class CallSite(NamedTuple):
    """A line of the application.

    `file` is relative to the project root where it lies below it, and otherwise starts at the
    installed package (`prefect/server/api.py`). `line` counts from 1; 0 means unknown.
    `function` is the qualified name, `source` the line's text without its indentation ("" when
    the file cannot be read).
    """

    file: str
    line: int
    function: str
    source: str = ""

    @property
    def location(self) -> str:
        """The clickable `file:line`."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        call = self.function if self.function.endswith(">") else f"{self.function}()"
        return f"{self.location} in {call}"
