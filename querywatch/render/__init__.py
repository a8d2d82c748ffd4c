"""Reports as text for people."""

from querywatch.render.blocks import render_finding, render_report
from querywatch.render.terminal import Terminal

__all__ = ["Terminal", "render_finding", "render_report"]
