"""The version of the package this model belongs to."""

from __future__ import annotations

import sys


def version() -> str:
    """Return `querywatch.__version__`."""
    # The face is floors above us, but Python has always loaded it before any room.
    face = sys.modules[__name__.partition(".")[0]]
    return str(vars(face).get("__version__", "unknown"))
