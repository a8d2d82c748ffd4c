"""What the entry point names: another module than `-p` would, for pytest takes none twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from querywatch.pytest_plugin.options import install

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the options, and the hooks beside them."""
    install(parser, pluginmanager)
