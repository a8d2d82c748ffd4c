"""Where the project lies and what the commands leave behind."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build" / "bench"
REFERENCE = Path(__file__).parent / "instructions.json"
PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "performance.svg"
RESULTS = BUILD / "results.json"
SOAKED = BUILD / "soak.json"

READY = "ready"
"""What a process of a contestant says when it can be measured."""
