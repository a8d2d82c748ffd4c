"""The values everything else produces or reads. Nothing here knows SQLAlchemy."""

from querywatch.model.callsite import CallSite
from querywatch.model.finding import KINDS, Finding
from querywatch.model.query import Load, Origin, Parameter, Query, Step, Value
from querywatch.model.recording import Recording, Request
from querywatch.model.report import Report, plural

__all__ = [
    "KINDS",
    "CallSite",
    "Finding",
    "Load",
    "Origin",
    "Parameter",
    "Query",
    "Recording",
    "Report",
    "Request",
    "Step",
    "Value",
    "plural",
]
