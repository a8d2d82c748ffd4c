"""YAML for the rule file: only what it needs, so that its bytes depend on no library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def dump(value: Any) -> str:
    """Write *value*, made of dicts, lists, strings and numbers, as a YAML document."""
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _entry(f"{key}:", item)
    else:
        for item in value:
            first, *rest = _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)


def _entry(key: str, item: Any) -> Iterator[str]:
    if isinstance(item, dict | list):
        yield key
        yield from (f"  {line}" for line in _lines(item))
    elif isinstance(item, str) and any(character in item for character in '\n"'):
        yield f"{key} |-"
        yield from (f"  {line}" for line in item.split("\n"))
    else:
        yield f"{key} {json.dumps(item, ensure_ascii=False)}"
