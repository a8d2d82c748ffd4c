"""Repeats that are no loop over rows: pages of one list, and batches of one set of keys."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from querywatch.model import Query


def varying(queries: Sequence[Query]) -> list[int]:
    """Return the positions whose values are not the same in all *queries*."""
    columns = zip(*(query.values for query in queries), strict=False)
    return [position for position, column in enumerate(columns) if len(set(column)) > 1]


def is_paginated(queries: Sequence[Query]) -> bool:
    """Tell whether *queries* walk through the pages of one list, by OFFSET or by key.

    By key: what varies is compared by `<` or `>` (with the `=` of `a > ? OR a = ? AND b > ?`),
    and the statement has a limit.
    """
    parameters = queries[0].parameters
    varied = [parameters[position] for position in varying(queries)]
    ranged = {parameter.name for parameter in parameters if parameter.role == "range"}
    if not varied or not any(parameter.role in {"limit", "offset"} for parameter in parameters):
        return False
    return all(
        parameter.role in {"limit", "offset", "range"}
        or (parameter.role == "equal" and parameter.name in ranged)
        for parameter in varied
    )


def is_adjoining(queries: Sequence[Query]) -> bool:
    """Tell whether *queries* read ranges of one key, each beginning where the one before ended."""
    positions = varying(queries)
    varied = [queries[0].parameters[position] for position in positions]
    if len(varied) != 2 or varied[0] != varied[1] or varied[0].role != "range":  # noqa: PLR2004
        return False
    ends = [(query.values[positions[0]], query.values[positions[1]]) for query in queries]
    upwards = all(before[1] == after[0] for before, after in pairwise(ends))
    return upwards or all(before[0] == after[1] for before, after in pairwise(ends))


def is_batched(queries: Sequence[Query]) -> bool:
    """Tell whether *queries* fetch one set of keys in batches: disjoint lists of one size.

    One batch may be shorter: the last, which need not end last where they run at once. Lists of
    one key each are no batches but a loop.
    """
    positions = varying(queries)
    if len(positions) != 1 or queries[0].parameters[positions[0]].role != "list":
        return False
    lists = [query.values[positions[0]] for query in queries]
    sizes = sorted((len(values) for values in lists if isinstance(values, tuple)), reverse=True)
    if len(sizes) != len(lists) or sizes[0] != sizes[-2]:
        return False
    every = [value for values in lists if isinstance(values, tuple) for value in values]
    return sizes[0] > 1 and len(set(every)) == len(every)
