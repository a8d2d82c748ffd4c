"""The pytest plugin: query counts and N+1 as assertions. Installed and unused it does nothing.

This module may be named by `-p`, by `pytest_plugins` and be found by its entry point, all at
once: the hooks are registered the first time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from querywatch.pytest_plugin.options import install

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the options, and the hooks beside them."""
    install(parser, pluginmanager)
