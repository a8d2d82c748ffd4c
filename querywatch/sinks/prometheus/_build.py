"""Which versions run: a gauge that is always 1, for dashboards to join and to mark deployments."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

import sqlalchemy

from querywatch.model.version import version
from querywatch.sinks.prometheus._families import BUILD_INFO

if TYPE_CHECKING:
    from querywatch.sinks.prometheus._families import Families


class BuildInfo:
    """The one series of `querywatch_build_info`."""

    def __init__(self, families: Families) -> None:
        versions = (version(), platform.python_version(), sqlalchemy.__version__)
        self._gauge = families[BUILD_INFO].labels(*versions)
        self._process = 0
        self.assure()

    def assure(self) -> None:
        """Set it, once for each process."""
        # In multiprocess mode a forked worker begins with a file of its own, all zeros.
        if self._process != os.getpid():
            self._process = os.getpid()
            self._gauge.set(1)
