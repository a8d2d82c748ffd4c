"""The bookshop below this folder is copied and tested by tests of its own, elsewhere."""

from __future__ import annotations

collect_ignore = ["bookshop"]
