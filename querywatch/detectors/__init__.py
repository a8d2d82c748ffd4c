"""Detectors: pure functions from a recording to findings.

Any callable that takes a `Recording` and yields `Finding`s is a detector; these are the ones of
the rule book, their thresholds as fields.
"""

from querywatch.detectors.column_loop import ColumnLoop
from querywatch.detectors.duplicate_query import DuplicateQuery
from querywatch.detectors.limits import QueryBudget, SlowQuery, TimeBudget
from querywatch.detectors.n_plus_one import NPlusOne
from querywatch.detectors.query_loop import QueryLoop
from querywatch.detectors.write_loop import WriteLoop

__all__ = [
    "ColumnLoop",
    "DuplicateQuery",
    "NPlusOne",
    "QueryBudget",
    "QueryLoop",
    "SlowQuery",
    "TimeBudget",
    "WriteLoop",
]
