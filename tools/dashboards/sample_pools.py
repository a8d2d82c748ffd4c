"""The pools of the sample: a replica with room, and a primary that is full at the end."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from querywatch.sinks._metrics import table
from tools.dashboards.sample import FULL, HOUR

MAX = {"primary": 10, "replica": 20}
WAIT, LONG_WAIT = 0.0004, 0.9
HOLD, LONG_HOLD = 0.012, 0.7
PENDING = 3


def watch_pools(of: Callable[..., Any], at: int, requests: int) -> None:
    """Set and count what the pools of one process do in the minute that ends *at*."""
    for name, most in MAX.items():
        full = name == "primary" and at > FULL
        used = most if full else used_at(at, most)
        of(table.POOL_CONNECTIONS, name, "used").value = used
        of(table.POOL_CONNECTIONS, name, "idle").value = min(5, most - used)
        of(table.POOL_CONNECTIONS_MAX, name).value = most
        of(table.POOL_PENDING, name).value = PENDING if full else 0
        of(table.POOL_WAIT, name).observe(LONG_WAIT if full else WAIT, requests)
        of(table.POOL_HOLD, name).observe(LONG_HOLD if full else HOLD, requests)
        of(table.POOL_TIMEOUTS, name).value += full


def used_at(at: int, most: int) -> int:
    """Tell how many of *most* connections are in use while the pool is not full."""
    return round(most * (0.35 + 0.2 * math.sin(2 * math.pi * at / HOUR)))
