"""What one unit of work may do at most, and the words for having done more."""

from querywatch.limits.limits import Limits
from querywatch.limits.observing import unobservable
from querywatch.limits.texts import brief, place_of
from querywatch.limits.verdict import judged, nothing_seen

__all__ = [
    "Limits",
    "brief",
    "judged",
    "nothing_seen",
    "place_of",
    "unobservable",
]
