"""Assertions about queries, for pytest, unittest or any script: none of them needs a plugin."""

from querywatch.testing.blocks import (
    Block,
    assert_max_queries,
    assert_no_n_plus_one,
    assert_num_queries,
)
from querywatch.testing.constant import assert_constant_queries

__all__ = [
    "Block",
    "assert_constant_queries",
    "assert_max_queries",
    "assert_no_n_plus_one",
    "assert_num_queries",
]
