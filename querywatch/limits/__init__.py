"""What one unit of work may do at most, and the words for having done more."""

from querywatch.limits.counted import Counted
from querywatch.limits.limits import Limits

__all__ = ["Counted", "Limits"]
