"""What the two supported lines of SQLAlchemy write differently into a statement.

SQLAlchemy 2.0 labels the columns of a lazy load (`items.id AS items_id`) and 2.1 does not. The
texts that tests and documents show are those of 2.1.
"""

from __future__ import annotations

import re
from typing import Final

import sqlalchemy

LABELS: Final = sqlalchemy.__version__.startswith("2.0.")
"""Whether the installed SQLAlchemy labels the columns of a lazy load."""


def without_labels(text: str) -> str:
    """Write the statements in *text* as SQLAlchemy 2.1 does."""
    return re.sub(r"\b(\w+)\.(\w+) AS \1_\2\b", r"\1.\2", text)
