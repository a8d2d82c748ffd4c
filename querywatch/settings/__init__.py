"""The options: read in one place, refused in words where they are wrong."""

from querywatch.settings.options import BackendName, Mode, Settings

__all__ = ["BackendName", "Mode", "Settings"]
