"""Watch: record, resolve, detect, deliver."""

from querywatch.watch.allowing import allow, pause
from querywatch.watch.core import QueryWatch, record
from querywatch.watch.defaults import default_detectors, steady_detectors
from querywatch.watch.recorder import Recorder
from querywatch.watch.requests import told_apart

__all__ = [
    "QueryWatch",
    "Recorder",
    "allow",
    "default_detectors",
    "pause",
    "record",
    "steady_detectors",
    "told_apart",
]
